"""What the notebooks of convbook import: data, pictures and checks."""

import sys

# TensorFlow 2.20 and 2.21 load themselves in such a way that every library which comes
# later finds TensorFlow's symbols before its own. PyTorch's own build for CUDA suffers:
# its compiler, Triton 3.7, calls TensorFlow's LLVM and ends the process at the first
# optimizer, and its CUDA calls reach a stand-in that fails and warns. TensorFlow has
# mended it (its pull request 124230) by leaving this module out of its packages; until
# those are everywhere, this line leaves it out. It must run before TensorFlow does, and
# the setup cell, which every notebook begins with, imports convbook.
if sys.platform == "linux":
    sys.modules.setdefault("tensorflow.python.pywrap_dlopen_global_flags", None)  # type: ignore[arg-type]
