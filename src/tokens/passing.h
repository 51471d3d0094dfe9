// SPDX-License-Identifier: Apache-2.0
//
// Passing tokens on: transfer, resale, and provenance. The rules are in sql/functions/transfer.sql and
// resale.sql; here a contact becomes a person, and the key is named that signs the new holder's text.
#ifndef ROADSHOW_PASSING_H
#define ROADSHOW_PASSING_H

#include "http/field.h"

// {"reference"}: a payment at the storefront's provider.
extern const struct field payment_fields[];

#endif
