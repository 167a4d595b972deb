declare module '*?raw' {
  const text: string
  export default text
}
declare module '*.css'
declare module '*?worker&url' {
  const address: string
  export default address
}
