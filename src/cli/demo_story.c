// SPDX-License-Identifier: Apache-2.0
#include "cli/demo_story.h"

enum { BERLIN, HAMBURG };
enum { CARGO_BERLIN, CARGO_HAMBURG, CENTRAL };

const char *const STORY_CREATOR = "Kiez Press (demo)";

const struct story_product STORY_TOTE = {"TOTE", "Tote bag, two cities", 1500};

const struct story_city STORY_CITY[STORY_CITIES] = {
    [BERLIN] = {.slug = "berlin",
	.name = "Berlin-Kreuzberg",
	.venue = "Oranienplatz",
	.address = "Oranienplatz, 10999 Berlin",
	.lat = 52.5020,
	.lon = 13.4163,
	.sku = "PRINT-KREUZBERG",
	.title = "Risograph print, Kreuzberg edition",
	.price = 2800,
	.quantity = 105,
	.tokenized = 70,
	.first_fan = 1,
	.fans = 98,
	.greedy = 6,
	.cancels = 3,
	.second_chances = 2,
	.stay_away = 3,
	.walk_ins = 31},
    [HAMBURG] = {.slug = "hamburg",
	.name = "Hamburg-Sternschanze",
	.venue = "Sternschanzenpark",
	.address = "Sternschanzenpark, 20357 Hamburg",
	.lat = 53.5658,
	.lon = 9.9699,
	.sku = "PRINT-SCHANZE",
	.title = "Risograph print, Sternschanze edition",
	.price = 2400,
	.quantity = 75,
	.tokenized = 50,
	.first_fan = 99,
	.fans = 72,
	.greedy = 4,
	.cancels = 2,
	.second_chances = 2,
	.stay_away = 2,
	.walk_ins = 34},
};

const struct story_partner STORY_PARTNER[STORY_PARTNERS] = {
    [CARGO_BERLIN] = {"cargo-berlin", "Cargo bikes Berlin (demo)"},
    [CARGO_HAMBURG] = {"cargo-hamburg", "Cargo bikes Hamburg (demo)"},
    [CENTRAL] = {"central", "Central warehouse (demo)"},
};

#define MICRO .kind = "micro_hub", .radius_km = 8, .handling_minutes = 30

const struct story_hub STORY_HUB[STORY_HUBS] = {
    {.slug = "kottbusser-tor",
	.name = "Kottbusser Tor, Berlin",
	MICRO,
	.lat = 52.4991,
	.lon = 13.4183,
	.partner = CARGO_BERLIN,
	.city = BERLIN,
	.prints = {2, 0},
	.totes = 4},
    {.slug = "marheinekeplatz",
	.name = "Marheinekeplatz, Berlin",
	MICRO,
	.lat = 52.4894,
	.lon = 13.3949,
	.partner = CARGO_BERLIN,
	.city = BERLIN,
	.prints = {6, 0},
	.totes = 2},
    {.slug = "boxhagener-platz",
	.name = "Boxhagener Platz, Berlin",
	MICRO,
	.lat = 52.5110,
	.lon = 13.4596,
	.partner = CARGO_BERLIN,
	.city = BERLIN,
	.prints = {4, 0},
	.totes = 2,
	.damaged = 1},
    {.slug = "helmholtzplatz",
	.name = "Helmholtzplatz, Berlin",
	MICRO,
	.lat = 52.5428,
	.lon = 13.4180,
	.partner = CARGO_BERLIN,
	.city = BERLIN,
	.prints = {4, 0},
	.totes = 1},
    {.slug = "karolinenviertel",
	.name = "Karolinenviertel, Hamburg",
	MICRO,
	.lat = 53.5577,
	.lon = 9.9713,
	.partner = CARGO_HAMBURG,
	.city = HAMBURG,
	.prints = {0, 3},
	.totes = 2},
    {.slug = "spritzenplatz",
	.name = "Spritzenplatz, Hamburg-Ottensen",
	MICRO,
	.lat = 53.5529,
	.lon = 9.9293,
	.partner = CARGO_HAMBURG,
	.city = HAMBURG,
	.prints = {0, 3},
	.totes = 1},
    {.slug = "osterstrasse",
	.name = "Osterstraße, Hamburg-Eimsbüttel",
	MICRO,
	.lat = 53.5763,
	.lon = 9.9511,
	.partner = CARGO_HAMBURG,
	.city = HAMBURG,
	.prints = {0, 3},
	.totes = 1},
    {.slug = "muehlenkamp",
	.name = "Mühlenkamp, Hamburg-Winterhude",
	MICRO,
	.lat = 53.5841,
	.lon = 10.0118,
	.partner = CARGO_HAMBURG,
	.city = HAMBURG,
	.prints = {0, 2},
	.totes = 1},
    {.slug = "kassel",
	.name = "Central warehouse, Kassel",
	.kind = "warehouse",
	.lat = 51.2989,
	.lon = 9.5247,
	.partner = CENTRAL,
	.city = STORY_NOBODY,
	.handling_minutes = 120,
	.prints = {20, 20},
	.totes = 60},
};

#define OF_TOKEN(c, n) .city = (c), .holder = (n)
#define OF_SHOP .city = STORY_NOBODY, .holder = STORY_NOBODY
#define TO(code, name, y, x) .postal_code = (code), .place = (name), .lat = (y), .lon = (x)

const struct story_delivery STORY_DELIVERY[STORY_DELIVERIES] = {
    // Holders who stay at home and have their print brought to them.
    {OF_TOKEN(BERLIN, 4), TO("10999", "Kreuzberg", 52.4986, 13.4230), .service = "standard"},
    {OF_TOKEN(BERLIN, 9), TO("10999", "Kreuzberg", 52.4986, 13.4230), .service = "standard"},
    {OF_TOKEN(BERLIN, 14), TO("10997", "Wrangelkiez", 52.5010, 13.4370), .service = "standard"},
    {OF_TOKEN(BERLIN, 19), TO("10961", "Bergmannkiez", 52.4922, 13.3965), .service = "standard"},
    {OF_TOKEN(BERLIN, 24), TO("12047", "Reuterkiez", 52.4913, 13.4270), .service = "standard"},
    {OF_TOKEN(BERLIN, 29), TO("10245", "Friedrichshain", 52.5029, 13.4650), .service = "standard"},
    {OF_TOKEN(BERLIN, 34), TO("10437", "Prenzlauer Berg", 52.5460, 13.4130), .service = "standard"},
    {OF_TOKEN(BERLIN, 39), TO("10119", "Berlin-Mitte", 52.5303, 13.4053), .service = "standard"},
    {OF_TOKEN(BERLIN, 44), TO("14467", "Potsdam", 52.4009, 13.0591), .service = "standard"},
    {OF_TOKEN(HAMBURG, 4), TO("20357", "Sternschanze", 53.5636, 9.9667), .service = "standard"},
    {OF_TOKEN(HAMBURG, 9), TO("20359", "St. Pauli", 53.5515, 9.9630), .service = "standard"},
    {OF_TOKEN(HAMBURG, 14), TO("22765", "Ottensen", 53.5525, 9.9325), .service = "standard"},
    {OF_TOKEN(HAMBURG, 19), TO("20255", "Eimsbüttel", 53.5790, 9.9470), .service = "standard"},
    {OF_TOKEN(HAMBURG, 24), TO("22303", "Winterhude", 53.5935, 10.0160), .service = "standard"},
    {OF_TOKEN(HAMBURG, 29), TO("21073", "Harburg", 53.4590, 9.9790), .service = "standard"},
    {OF_TOKEN(HAMBURG, 34), TO("28203", "Bremen", 53.0719, 8.8239), .service = "standard"},
    // The shop sells the tote bag, and prints of the other city, to whoever asks.
    {OF_SHOP, .totes = 1, TO("10999", "Kreuzberg", 52.4986, 13.4230), .service = "same_day"},
    {OF_SHOP, .totes = 2, TO("10247", "Friedrichshain", 52.5160, 13.4650), .service = "next_day"},
    {OF_SHOP, .totes = 1, TO("20359", "St. Pauli", 53.5515, 9.9630), .service = "same_day"},
    {OF_SHOP, .prints = {1, 1}, TO("10965", "Kreuzberg", 52.4845, 13.3890), .service = "standard"},
    {OF_SHOP, .totes = 1, TO("04109", "Leipzig", 51.3406, 12.3680), .service = "standard"},
    {OF_SHOP, .totes = 1, TO("50667", "Cologne", 50.9387, 6.9547), .service = "standard"},
    {OF_SHOP, .totes = 2, TO("80331", "Munich", 48.1356, 11.5722), .service = "standard"},
    {OF_SHOP, .prints = {0, 1}, .totes = 1, TO("34117", "Kassel", 51.3155, 9.4980),
	.service = "next_day"},
};

const struct story_device STORY_DEVICE[STORY_DEVICES] = {
    {BERLIN, "berlin-door-a", "Door A, Oranienplatz", "scan", 0, true},
    {BERLIN, "berlin-door-b", "Door B, Oranienplatz", "scan", 90000, false},
    {BERLIN, "berlin-till", "Till, Oranienplatz", "till", -4000, false},
    {HAMBURG, "hamburg-door", "Door, Sternschanzenpark", "scan", 0, true},
    {HAMBURG, "hamburg-till", "Till and side door, Sternschanzenpark", "manager", 1500, false},
};

int story_city_of_fan(int fan)
{
	for (int c = 0; c < STORY_CITIES; c++)
		if (fan >= STORY_CITY[c].first_fan &&
		    fan < STORY_CITY[c].first_fan + STORY_CITY[c].fans)
			return c;
	return STORY_NOBODY;
}
