// SPDX-License-Identifier: Apache-2.0
//
// Is this an Ed25519 public key worth accepting? OpenSSL takes any 32 bytes. Used by keys.c only.
#ifndef ROADSHOW_ED25519_POINT_H
#define ROADSHOW_ED25519_POINT_H

#include "base/base.h"

// True for the canonical encoding (RFC 8032 section 5.1.2) of a point of the curve that is not of
// small order: with such a one as a key, a signature fits any message and proves nothing.
bool ed25519_point_acceptable(const uint8_t point[32]) MUST_CHECK;

#endif
