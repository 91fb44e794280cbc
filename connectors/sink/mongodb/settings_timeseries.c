/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/date_format.h"
#include "connectors/sink/mongodb/settings_internal.h"

#include <string.h>
#include <strings.h>

static bool fail(const struct lookup *lookup, const char *name, const char *problem,
                 struct weir_error *err)
{
    return weir_config_fail(lookup->config, weir_lookup_name(lookup, name), err, "%s", problem);
}

/* Names of months are read in English; no other language is known. */
static bool check_locale(const struct lookup *lookup, struct weir_error *err)
{
    static const char name[] = "timeseries.timefield.auto.convert.locale.language.tag";
    const char *tag = weir_lookup_text(lookup, name);
    return !*tag || strncasecmp(tag, "en", 2) == 0 ||
           fail(lookup, name, "only English (en) is known", err);
}

static bool check_writes(const struct lookup *lookup, const struct topic_settings *settings,
                         struct weir_error *err)
{
    bool inserts =
        settings->write_strategy == WRITE_DEFAULT || settings->write_strategy == WRITE_INSERT_ONE;
    if (!inserts) {
        return fail(lookup, "writemodel.strategy",
                    "a time series collection takes inserts only: InsertOneDefaultStrategy", err);
    }
    return settings->change_handler == CHANGE_NONE ||
           fail(lookup, "change.data.capture.handler",
                "a time series collection takes no changes of documents", err);
}

bool weir_settings_read_timeseries(const struct lookup *lookup, struct topic_settings *settings,
                                   struct weir_error *err)
{
    struct timeseries_settings *timeseries = &settings->timeseries;
    timeseries->time_field = weir_lookup_text(lookup, "timeseries.timefield");
    timeseries->meta_field = weir_lookup_text(lookup, "timeseries.metafield");
    timeseries->granularity = weir_lookup_text(lookup, "timeseries.granularity");
    timeseries->expire_after_s = weir_lookup_number(lookup, "timeseries.expire.after.seconds");
    timeseries->converts = weir_lookup_truth(lookup, "timeseries.timefield.auto.convert");
    timeseries->date_format =
        weir_lookup_text(lookup, "timeseries.timefield.auto.convert.date.format");
    if (!weir_date_format_good(timeseries->date_format)) {
        return fail(lookup, "timeseries.timefield.auto.convert.date.format",
                    "has a letter or bracket that cannot be read", err);
    }
    if (!*timeseries->time_field) {
        bool stray = *timeseries->meta_field || *timeseries->granularity ||
                     timeseries->expire_after_s > 0 || timeseries->converts;
        return !stray || fail(lookup, "timeseries.timefield",
                              "is needed by the other timeseries properties", err);
    }
    return check_locale(lookup, err) && check_writes(lookup, settings, err);
}
