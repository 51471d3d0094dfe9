// SPDX-License-Identifier: Apache-2.0
//
// Time of day, durations, and RFC 3339 text. The calendar is the proleptic Gregorian one; leap
// seconds do not exist here, as in PostgreSQL and POSIX.
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#define US_PER_SECOND 1000000LL
#define SECONDS_PER_DAY 86400LL
#define AT_US_MAX 253402300799999999LL // 9999-12-31T23:59:59.999999Z

static bool held;
static int64_t held_at_us;

int64_t clock_now_us(void)
{
	if (held)
		return held_at_us;
	struct timespec now;
	ASSERT(clock_gettime(CLOCK_REALTIME, &now) == 0);
	return now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

int64_t clock_mono_ms(void)
{
	struct timespec now;
	ASSERT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

void clock_hold(int64_t at_us)
{
	held = true;
	held_at_us = at_us;
}

void clock_free_run(void)
{
	held = false;
}

// Days since 1970-01-01, both ways, after Howard Hinnant's "chrono-Compatible Low-Level Date
// Algorithms": years start in March, so the leap day is a year's last.
static int64_t days_from_civil(int64_t year, int64_t month, int64_t day)
{
	year -= month <= 2;
	int64_t era = year / 400;
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

static void civil_from_days(int64_t days, int *year, int *month, int *day)
{
	days += 719468;
	int64_t era = days / 146097;
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
	    day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_from_march = (5 * day_of_year + 2) / 153;
	*day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
	*month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
	*year = (int)(year_of_era + era * 400 + (*month <= 2));
}

static void put_digits(char *out, int64_t value, unsigned digits)
{
	while (digits-- > 0) {
		out[digits] = (char)('0' + value % 10);
		value /= 10;
	}
}

// By hand, because it stands in every answer and snprintf() costs ten times as much.
void clock_format(int64_t at_us, char *out)
{
	at_us = at_us < 0 ? 0 : at_us > AT_US_MAX ? AT_US_MAX : at_us;
	int64_t seconds = at_us / US_PER_SECOND, of_day = seconds % SECONDS_PER_DAY;
	int year, month, day;
	civil_from_days(seconds / SECONDS_PER_DAY, &year, &month, &day);
	static const char shape[CLOCK_RFC3339_LEN + 1] = "0000-00-00T00:00:00.000000Z";
	for (size_t i = 0; i < sizeof(shape); i++)
		out[i] = shape[i];
	put_digits(out, year, 4);
	put_digits(out + 5, month, 2);
	put_digits(out + 8, day, 2);
	put_digits(out + 11, of_day / 3600, 2);
	put_digits(out + 14, of_day / 60 % 60, 2);
	put_digits(out + 17, of_day % 60, 2);
	put_digits(out + 20, at_us % US_PER_SECOND, 6);
}

// ---- reading ------------------------------------------------------------------------------------

// What is left of the text; every reader below consumes from its front.
struct cursor {
	const char *at;
	const char *end;
};

static bool read_digits(struct cursor *c, unsigned digits, int64_t max, int64_t *out)
{
	int64_t v = 0;
	if (c->end - c->at < (ptrdiff_t)digits)
		return false;
	for (unsigned i = 0; i < digits; i++, c->at++) {
		if (*c->at < '0' || *c->at > '9')
			return false;
		v = v * 10 + (*c->at - '0');
	}
	*out = v;
	return v <= max;
}

static bool read_one_of(struct cursor *c, char a, char b)
{
	if (c->at == c->end || (*c->at != a && *c->at != b))
		return false;
	c->at++;
	return true;
}

static int64_t days_in_month(int64_t year, int64_t month)
{
	static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool read_date(struct cursor *c, int64_t *days)
{
	int64_t year, month, day;
	if (!read_digits(c, 4, 9999, &year) || !read_one_of(c, '-', '-') ||
	    !read_digits(c, 2, 12, &month) || !read_one_of(c, '-', '-') ||
	    !read_digits(c, 2, 31, &day))
		return false;
	if (year < 1 || month < 1 || day < 1 || day > days_in_month(year, month))
		return false;
	*days = days_from_civil(year, month, day);
	return true;
}

static bool read_hours_minutes(struct cursor *c, int64_t *seconds)
{
	int64_t hours, minutes;
	if (!read_digits(c, 2, 23, &hours) || !read_one_of(c, ':', ':') ||
	    !read_digits(c, 2, 59, &minutes))
		return false;
	*seconds = hours * 3600 + minutes * 60;
	return true;
}

// One to nine digits after the point; what is finer than a microsecond is cut off.
static bool read_fraction(struct cursor *c, int64_t *us)
{
	int64_t nanoseconds = 0, digit;
	unsigned digits = 0;
	*us = 0;
	if (!read_one_of(c, '.', '.'))
		return true;
	while (digits < 9 && c->at < c->end && *c->at >= '0' && *c->at <= '9') {
		if (!read_digits(c, 1, 9, &digit))
			return false;
		nanoseconds = nanoseconds * 10 + digit;
		digits++;
	}
	if (digits == 0)
		return false;
	for (; digits < 9; digits++)
		nanoseconds *= 10;
	*us = nanoseconds / 1000;
	return true;
}

static bool read_offset(struct cursor *c, int64_t *seconds)
{
	*seconds = 0;
	if (read_one_of(c, 'Z', 'z'))
		return true;
	bool west = c->at < c->end && *c->at == '-';
	if (!read_one_of(c, '+', '-') || !read_hours_minutes(c, seconds))
		return false;
	*seconds = west ? -*seconds : *seconds;
	return true;
}

bool clock_parse(struct span in, int64_t *at_us)
{
	if (in.len == 0)
		return false;
	struct cursor c = {in.ptr, in.ptr + in.len};
	int64_t days, of_day, seconds, us, offset;
	if (!read_date(&c, &days) || !read_one_of(&c, 'T', 't') ||
	    !read_hours_minutes(&c, &of_day) || !read_one_of(&c, ':', ':') ||
	    !read_digits(&c, 2, 59, &seconds) || !read_fraction(&c, &us) ||
	    !read_offset(&c, &offset) || c.at != c.end)
		return false;
	int64_t at = (days * SECONDS_PER_DAY + of_day + seconds - offset) * US_PER_SECOND + us;
	if (at < 0 || at > AT_US_MAX)
		return false;
	*at_us = at;
	return true;
}
