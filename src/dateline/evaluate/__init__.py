"""Accuracy measured: claims against hand-made gold (`claims`), and public benchmarks with their own metric, one module each."""
