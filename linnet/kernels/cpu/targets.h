// Which instruction sets the fast kernels are compiled for: AVX-512, AVX2 and the compiler's baseline (SSE2, NEON, …).
// The processor's best is chosen when the program runs. Included before hwy/highway.h, also by each pass of
// foreach_target.h.
#pragma once

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
