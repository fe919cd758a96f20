// Which instruction sets the fast kernels are compiled for: AVX-512, AVX2, SSE4 and the compiler's baseline, which is
// plain code on x86-64 and NEON on aarch64. The processor's best is chosen when the program runs. Included before
// hwy/highway.h, also by each pass of foreach_target.h.
#pragma once

// SVE's vectors have no size at compile time, so they cannot be members or stand in arrays as they do in our kernels;
// aarch64 computes with NEON.
#define LINNET_UNUSED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)

#ifdef LINNET_SANITIZED  // they look at the same source for any instruction set, and compiling it for one takes minutes
#define HWY_DISABLED_TARGETS (LINNET_UNUSED_TARGETS | HWY_AVX3 | HWY_SSE4)
#else
#define HWY_DISABLED_TARGETS LINNET_UNUSED_TARGETS
#endif
