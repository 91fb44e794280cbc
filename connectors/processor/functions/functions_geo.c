/* SPDX-License-Identifier: Apache-2.0 */
/* GEO_DISTANCE: along the great circle, by the haversine formula. */
#include "connectors/processor/functions/families.h"

#include <math.h>

static double haversine(double angle)
{
    double sine = sin(angle / 2);
    return sine * sine;
}

/* Java's Math.toRadians. */
static double radians(double degrees)
{
    return degrees * (M_PI / 180.0);
}

/* Of the earth, in that unit; 0: no unit we know. */
static double earth_radius(struct weir_bytes unit)
{
    static const struct {
        const char *name;
        double radius;
    } units[] = {
        {"km", 6371},        {"kilometer", 6371},  {"kilometers", 6371},
        {"kilometre", 6371}, {"kilometres", 6371}, {"mi", 3959},
        {"mile", 3959},      {"miles", 3959},      {"", 6371},
    };
    while (unit.len > 0 && unit.data[0] <= ' ') {
        unit.data++;
        unit.len--;
    }
    while (unit.len > 0 && unit.data[unit.len - 1] <= ' ') {
        unit.len--;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (weir_text_is(unit, units[i].name)) {
            return units[i].radius;
        }
    }
    return 0;
}

WEIR_KERNEL(eval_distance)
{
    double latitude1 = arguments[0].number, longitude1 = arguments[1].number;
    double latitude2 = arguments[2].number, longitude2 = arguments[3].number;
    if (fabs(latitude1) > 90 || fabs(latitude2) > 90) {
        return weir_evaluation_fail(evaluation, "latitudes are in the range of -90 to 90 degrees");
    }
    if (fabs(longitude1) > 180 || fabs(longitude2) > 180) {
        return weir_evaluation_fail(evaluation,
                                    "longitudes are in the range of -180 to 180 degrees");
    }
    double radius = call->argument_count == 5 ? earth_radius(weir_text_of(&arguments[4]))
                                              : earth_radius(WEIR_BYTES("km"));
    if (radius == 0) {
        return weir_evaluation_fail(evaluation, "GEO_DISTANCE measures in miles or kilometers");
    }
    double share = haversine(radians(latitude2 - latitude1)) +
                   haversine(radians(longitude2 - longitude1)) * cos(radians(latitude1)) *
                       cos(radians(latitude2));
    return weir_return_double(result, 2 * asin(sqrt(share)) * radius);
}

#define POINTS "DOUBLE lat1, DOUBLE lon1, DOUBLE lat2, DOUBLE lon2"
static const struct weir_signature distance_signatures[] = {
    {.text = "(" POINTS ") DOUBLE", .scalar = eval_distance},
    {.text = "(" POINTS ", STRING unit) DOUBLE", .scalar = eval_distance},
};

static const struct weir_function functions[] = {
    WEIR_SCALAR("GEO_DISTANCE", "OTHER", distance_signatures, 0,
                "The distance between two points on the earth, in 'KM' (if not given) or 'MI'."),
};

WEIR_FAMILY(weir_functions_geo, functions);
