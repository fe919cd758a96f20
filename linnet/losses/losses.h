// Every loss.
#pragma once

#include "linnet/losses/crossentropy.h"
#include "linnet/losses/overlap.h"
#include "linnet/losses/regression.h"
#include "linnet/losses/sequence.h"
