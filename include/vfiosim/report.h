// SPDX-License-Identifier: MIT
/*
 * What people and programs read: steps, summaries, coverage and maps, as text. Pure: everything is appended
 * to a GString that the caller owns and prints.
 */
#ifndef VFIOSIM_REPORT_H
#define VFIOSIM_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include <vfiosim/error.h>
#include <vfiosim/replay.h>

enum vsim_report_format {
    VSIM_REPORT_TEXT,  /* Lines like strace's, each with its verdict. */
    VSIM_REPORT_JSON,  /* One object a line. */
    VSIM_REPORT_KTAP,  /* One test a trace. */
    VSIM_REPORT_JUNIT, /* One test case a trace. */
};

struct vsim_report_options {
    enum vsim_report_format format;
    bool quiet;       /* Text: only what does not conform, and the summary. */
    bool colour;      /* Text: ANSI colours. */
    bool ascii;       /* Text: no character beyond ASCII. */
    unsigned n_tests; /* KTAP: how many traces will come. */
};

/* A report of one run of the command over any number of traces. */
struct vsim_report;

VSIM_API struct vsim_report *vsim_report_new(const struct vsim_report_options *options);
VSIM_API void vsim_report_free(struct vsim_report *report);

/* Before the first trace, and after the last. */
VSIM_API void vsim_report_open(struct vsim_report *report, GString *out);
VSIM_API void vsim_report_close(struct vsim_report *report, GString *out);

/* A trace begins; `judges` says by whom it is judged ("model, oracle"). */
VSIM_API void vsim_report_begin(struct vsim_report *report, const char *trace, const char *judges,
                                GString *out);

/* One event of it. */
VSIM_API void vsim_report_step(struct vsim_report *report, const struct vsim_step *step, GString *out);

/* A trace ends; `error` is what stopped it, or NULL. */
VSIM_API void vsim_report_end(struct vsim_report *report, const struct vsim_replay_summary *summary,
                              const GError *error, GString *out);

/* How much an outcome of two runs differs. */
enum vsim_report_difference {
    VSIM_REPORT_SAME,
    VSIM_REPORT_OTHER_OUTCOME,
    VSIM_REPORT_OTHER_RULE, /* The same errno for another reason. */
    VSIM_REPORT_OTHER_OP,   /* These are not two runs of one program. */
};

/* Two runs' view of one event. */
VSIM_API enum vsim_report_difference vsim_report_compare(const struct vsim_step *left,
                                                         const struct vsim_step *right);

/* The same in words, `left_name` and `right_name` saying which run is which. */
VSIM_API void vsim_report_describe_difference(const struct vsim_step *left, const char *left_name,
                                              const struct vsim_step *right, const char *right_name,
                                              GString *out);

/* The event and the outcome that came, as a trace writes them. */
VSIM_API void vsim_report_append_event_text(const struct vsim_step *step, GString *out);

enum vsim_report_map_format {
    VSIM_REPORT_MAP_TEXT,
    VSIM_REPORT_MAP_JSON,
    VSIM_REPORT_MAP_DOT,
    VSIM_REPORT_MAP_SVG, /* VSIM_ERROR_UNAVAILABLE where the program was built without Graphviz. */
};

/* The IOVA map in a state: `rows` from vsim_replay_snapshot(), `title` above it. */
VSIM_API bool vsim_report_map(const GArray *rows, const char *title, enum vsim_report_map_format format,
                              GString *out, GError **error);

/* A string as JSON writes it, with its quotes. */
VSIM_API void vsim_report_append_json(GString *out, const char *text);

#endif
