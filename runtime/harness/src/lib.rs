//! Drives kernels on the host and on emulated boards through worlds
