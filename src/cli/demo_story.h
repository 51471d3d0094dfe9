// SPDX-License-Identifier: Apache-2.0
//
// The story that `roadshow demo` plays, as data: real places with their true positions, goods,
// hubs, devices, and how many people do what. Nothing here is computed and nobody here has a name.
#ifndef ROADSHOW_CLI_DEMO_STORY_H
#define ROADSHOW_CLI_DEMO_STORY_H

#include "base/base.h"

enum story_size {
	STORY_CITIES = 2,
	STORY_PARTNERS = 3,
	STORY_HUBS = 9,
	STORY_DELIVERIES = 24,
	STORY_DEVICES = 5,
	STORY_FANS = 170,
};

#define STORY_CURRENCY "EUR"
#define STORY_ZONE "Europe/Berlin"
#define STORY_NOBODY (-1)

struct story_city {
	const char *slug, *name, *venue, *address;
	double lat, lon;
	const char *sku, *title;     // what is sold there and nowhere else
	int price;		     // minor units
	int quantity, tokenized;     // the rest is for walk-ins
	int first_fan, fans;	     // numbers of the fans who want one
	int greedy;		     // of them, the first so many try for a second one
	int cancels, second_chances; // give theirs back; of the refused, ask again afterwards
	int stay_away;		     // hold a token and do not come
	int walk_ins; // sold at the till; may be more than there is, with what hubs freed by delivering
};

struct story_product {
	const char *sku, *title;
	int price;
};

struct story_partner {
	const char *slug, *name;
};

struct story_hub {
	const char *slug, *name, *kind;
	double lat, lon;
	int radius_km; // 0: anywhere
	int partner, city;
	int handling_minutes;
	int prints[STORY_CITIES], totes; // on the shelves
	int damaged;			 // prints found unfit when they are picked
};

// An order. With `holder` it is for the unit of that city's n-th token; else for goods of the shop.
struct story_delivery {
	int city, holder;
	int prints[STORY_CITIES], totes;
	const char *postal_code, *place;
	double lat, lon; // of the postal code, for a service without a postal table
	const char *service;
};

struct story_device {
	int city;
	const char *slug, *name, *profile;
	int clock_ahead_ms;
	bool later; // uploads after the others of its city, though it was first at the door
};

extern const char *const STORY_CREATOR; // its name
extern const struct story_product STORY_TOTE;
extern const struct story_city STORY_CITY[STORY_CITIES];
extern const struct story_partner STORY_PARTNER[STORY_PARTNERS];
extern const struct story_hub STORY_HUB[STORY_HUBS];
extern const struct story_delivery STORY_DELIVERY[STORY_DELIVERIES];
extern const struct story_device STORY_DEVICE[STORY_DEVICES];

int story_city_of_fan(int fan); // fans count from 1

#endif
