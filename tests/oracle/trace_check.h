// SPDX-License-Identifier: MIT
/*
 * Run a small trace through the oracle, and hold what the trace claims against what the oracle allows: each
 * allowed outcome must be claimed, and each claim allowed.
 *
 * In front of a line of a trace may stand `[6.1 6.12]`: only in these dialects, `[6.1+]` from that one on,
 * `[-6.1]` up to it. A first line `page_size=64K` is of the dialect. Lines that begin with `#=` speak of the
 * next event: `#= undecided`, `#= rule NO_OVERLAP` (it decides or explains), `#= hazard 1`, `#= alone` (an
 * instance that steps by itself would take another of many outcomes).
 */
#ifndef VSIM_TESTS_ORACLE_TRACE_CHECK_H
#define VSIM_TESTS_ORACLE_TRACE_CHECK_H

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "../../src/oracle/oracle.h"
#include "../../src/spec/backend.h"
#include "../../src/trace/trace.h"
#include "vfiosim/backends.h"

#define FIRST_ADDRESS UINT64_C(0x100000000000)
#define REGION_STEP   UINT64_C(0x200000)

static unsigned fired_ever[VSIM_N_RULES];
static unsigned n_failures; /* Each has been printed; a test ends with n_failures == 0. */

struct trace_run {
    const char *name;
    const char *dialect;
    struct vsim_world *world;
    struct vsim_backend *judged;  /* Asked allow, then told what the trace claims. */
    struct vsim_backend *stepped; /* Steps by itself; NULL once the two may differ. */
    GHashTable *regions;          /* Handle to address. */
    uint64_t next_address;
    bool expect_undecided;
    char expect_rule[64];
    unsigned expect_hazards;
    bool failed; /* Nothing after it means anything. */
    struct vsim_allowed allowed;
};

/* -1 for a name that is no dialect. */
static inline int dialect_index(const char *name, size_t length)
{
    for (int i = 0; i < VSIM_N_DIALECTS; i++)
        if (strlen(vsim_spec_dialects[i].name) == length &&
            memcmp(vsim_spec_dialects[i].name, name, length) == 0)
            return i;
    return -1;
}

static inline bool one_filter_admits(const char *word, int dialect)
{
    const size_t length = strlen(word);

    if (word[0] == '-')
        return dialect <= dialect_index(word + 1, length - 1);
    if (word[length - 1] == '+')
        return dialect >= dialect_index(word, length - 1);
    return dialect == dialect_index(word, length);
}

static inline bool filter_admits(const char *filter, const char *dialect)
{
    g_auto(GStrv) words = g_strsplit(filter, " ", -1);

    for (guint i = 0; words[i]; i++)
        if (one_filter_admits(words[i], dialect_index(dialect, strlen(dialect))))
            return true;
    return false;
}

/* The trace for one dialect. */
static inline char *trace_text(const char *body, const char *dialect)
{
    g_auto(GStrv) lines = g_strsplit(body, "\n", -1);
    GString *text = g_string_new("vfiosim-trace 1\n");

    if (g_str_has_prefix(body, "page_size="))
        g_string_append_printf(text, "world: dialect(name=%s, %s)\n", dialect, lines[0]);
    else
        g_string_append_printf(text, "world: dialect(name=%s)\n", dialect);
    for (guint i = g_str_has_prefix(body, "page_size=") ? 1 : 0; lines[i]; i++) {
        const char *line = lines[i];

        if (line[0] == '[') {
            const char *close = strchr(line, ']');
            g_autofree char *filter = g_strndup(line + 1, (gsize)(close - line - 1));

            if (!filter_admits(filter, dialect))
                continue;
            line = close + 2;
        }
        if (line[0] != '\0')
            g_string_append_printf(text, "%s\n", line);
    }
    return g_string_free(text, FALSE);
}

static inline uint64_t region_address(struct trace_run *run, vsim_handle region)
{
    const uint64_t *address = g_hash_table_lookup(run->regions, GUINT_TO_POINTER(region));

    return address ? *address : 0;
}

static inline void bind_region(struct trace_run *run, struct vsim_op *op)
{
    const bool placed = op->id == VSIM_OP_MMAP && op->given & 1u << VSIM_FIELD_MMAP_at;
    const uint64_t length =
        op->id == VSIM_OP_MMAP ? op->value[VSIM_FIELD_MMAP_length] : op->value[VSIM_FIELD_MREMAP_length];
    uint64_t *address = g_new(uint64_t, 1);

    *address = placed ? op->value[VSIM_FIELD_MMAP_at] : run->next_address;
    if (!placed)
        run->next_address += (length + 2 * REGION_STEP - 1) / REGION_STEP * REGION_STEP + REGION_STEP;
    op->binds_address = *address;
    g_hash_table_insert(run->regions, GUINT_TO_POINTER(op->binds), address);
}

/* What replay does: regions get addresses, ADDRESS fields become addresses. */
static inline void lay_out(struct trace_run *run, struct vsim_op *op)
{
    const struct vsim_op_row *row = &vsim_spec_ops[op->id];

    for (unsigned i = 0; i < row->n_fields; i++) {
        if (vsim_spec_spellings[row->fields[i].type] != VSIM_SPELLING_ADDRESS || op->base[i] == 0)
            continue;
        op->base_address[i] = region_address(run, op->base[i]);
        op->value[i] += op->base_address[i];
    }
    if (op->argument_base != 0) {
        op->argument_base_address = region_address(run, op->argument_base);
        op->argument_address += op->argument_base_address;
    }
    if (op->binds != 0 && vsim_handle_letter(op->binds) == 'm')
        bind_region(run, op);
}

static inline bool same_tail(const struct vsim_outcome *allowed, const struct vsim_outcome *claimed)
{
    if (!allowed->tail_given || !claimed->tail_given)
        return true;
    if (allowed->tail.length_bytes != claimed->tail.length_bytes)
        return false;
    for (uint32_t i = 0; i < allowed->tail.length_bytes; i++)
        if (allowed->tail.data[i] != claimed->tail.data[i] &&
            (i < allowed->tail_open_first || i >= allowed->tail_open_first + allowed->tail_open_bytes))
            return false;
    return true;
}

static inline bool agrees(const struct vsim_outcome *allowed, const struct vsim_outcome *claimed)
{
    if (allowed->error != claimed->error)
        return false;
    if (allowed->error == 0 && claimed->value_given && allowed->value_given &&
        allowed->value != claimed->value)
        return false;
    for (unsigned i = 0; i < VSIM_MAX_FIELDS; i++)
        if (allowed->given & claimed->given & 1u << i &&
            (allowed->out[i] != claimed->out[i] || allowed->base[i] != claimed->base[i]))
            return false;
    return same_tail(allowed, claimed);
}

static inline bool agrees_with_any(const struct vsim_outcome *claimed, const struct vsim_allowed *allowed)
{
    for (unsigned i = 0; i < allowed->n; i++)
        if (agrees(&allowed->one[i].outcome, claimed))
            return true;
    return false;
}

static inline bool is_claimed(const struct vsim_outcome *allowed, const struct vsim_op *op)
{
    for (unsigned i = 0; i < op->n_expected; i++)
        if (agrees(allowed, &op->expected[i]))
            return true;
    return false;
}

static inline void fail_at(struct trace_run *run, const struct vsim_op *op, const char *what)
{
    g_autoptr(GString) text = g_string_new(NULL);

    vsim_trace_format_op(text, op);
    for (unsigned i = 0; i < op->n_expected; i++) {
        g_string_append(text, "\n  claimed ");
        vsim_trace_format_outcome(text, op->id, &op->expected[i]);
    }
    for (unsigned i = 0; i < run->allowed.n; i++) {
        const enum vsim_rule_id rule = run->allowed.one[i].rule;

        g_string_append(text, "\n  allowed ");
        vsim_trace_format_outcome(text, op->id, &run->allowed.one[i].outcome);
        g_string_append_printf(text, " by %s", rule ? vsim_spec_rules[rule].name : "nothing");
    }
    printf("%s on %s, line %u: %s\n  %s\n", run->name, run->dialect, op->line, what, text->str);
    run->failed = true;
    n_failures++;
}

static inline void check_notes(struct trace_run *run, const struct vsim_op *op)
{
    const enum vsim_rule_id rule = run->allowed.one[0].rule;

    if (run->expect_rule[0] != '\0' &&
        (run->allowed.n == 0 || strcmp(vsim_spec_rules[rule].name, run->expect_rule) != 0))
        fail_at(run, op, run->expect_rule);
    if (run->expect_hazards != 0 && run->allowed.hazards != run->expect_hazards)
        fail_at(run, op, "the hazards are others");
    run->expect_rule[0] = '\0';
    run->expect_hazards = 0;
}

static inline void check_state(struct trace_run *run, const struct vsim_op *op)
{
    const struct vsim_backend_class *class = vsim_oracle_backend();
    g_autoptr(GString) why = g_string_new(NULL);

    if (!class->check_invariants(run->judged, why))
        fail_at(run, op, why->str);
    if (run->stepped && class->digest(run->judged) != class->digest(run->stepped))
        fail_at(run, op, "stepping leads elsewhere than following");
}

static inline void stop_stepping(struct trace_run *run)
{
    if (run->stepped)
        vsim_oracle_backend()->close(run->stepped);
    run->stepped = NULL;
}

/* An op that the oracle says nothing about is followed as the trace claims, which the other instance cannot.
 */
static inline bool check_undecided(struct trace_run *run, const struct vsim_op *op)
{
    if (run->expect_undecided != run->allowed.undecided)
        fail_at(run, op, run->allowed.undecided ? "it is undecided" : "it is decided");
    run->expect_undecided = false;
    if (!run->allowed.undecided)
        return false;
    stop_stepping(run);
    return true;
}

static inline void check_event(struct trace_run *run, const struct vsim_op *op)
{
    const struct vsim_backend_class *class = vsim_oracle_backend();
    struct vsim_result result = {0};

    class->allow(run->judged, op, &run->allowed);
    if (!check_undecided(run, op)) {
        for (unsigned i = 0; i < op->n_expected; i++)
            if (!agrees_with_any(&op->expected[i], &run->allowed))
                fail_at(run, op, "a claim is not allowed");
        for (unsigned i = 0; op->n_expected > 0 && i < run->allowed.n; i++)
            if (!is_claimed(&run->allowed.one[i].outcome, op))
                fail_at(run, op, "what is allowed is not claimed");
    }
    check_notes(run, op);
    if (run->allowed.n > 1)
        stop_stepping(run);
    class->follow(run->judged, op, op->n_expected > 0 ? &op->expected[0] : &run->allowed.one[0].outcome);
    if (run->stepped)
        ck_assert(class->step(run->stepped, op, &result, NULL));
    check_state(run, op);
}

static inline void take_note(struct trace_run *run, const struct vsim_op *op)
{
    g_autofree char *text = g_strndup(op->text.data, op->text.length_bytes);
    const char *note = strstr(text, "= ");

    if (!note || note > text + 1)
        return;
    if (g_str_has_prefix(note, "= undecided"))
        run->expect_undecided = true;
    if (g_str_has_prefix(note, "= alone"))
        stop_stepping(run);
    (void)sscanf(note, "= rule %63s", run->expect_rule);
    (void)sscanf(note, "= hazard %u", &run->expect_hazards);
}

static inline void open_backends(struct trace_run *run)
{
    run->judged = vsim_oracle_backend()->open(run->world, NULL);
    run->stepped = vsim_oracle_backend()->open(run->world, NULL);
    (void)vsim_oracle_fired(run->judged); /* From here on rules of success are all asked. */
}

static inline void finish(struct trace_run *run)
{
    const unsigned *fired = run->judged ? vsim_oracle_fired(run->judged) : NULL;

    for (unsigned i = 0; fired && i < VSIM_N_RULES; i++)
        fired_ever[i] += fired[i];
    if (run->judged)
        vsim_oracle_backend()->close(run->judged);
    if (run->stepped)
        vsim_oracle_backend()->close(run->stepped);
    vsim_spec_world_free(run->world);
    g_hash_table_unref(run->regions);
}

/* Run a whole trace. */
static inline void check_trace(const char *name, const char *dialect, const char *text)
{
    g_autoptr(GError) error = NULL;
    struct vsim_trace_reader *reader = vsim_trace_open_bytes(name, text, strlen(text), &error);
    struct trace_run run = {
        .name = name, .dialect = dialect, .world = vsim_spec_world_new(), .next_address = FIRST_ADDRESS};
    enum vsim_trace_step step = VSIM_TRACE_ERROR;
    struct vsim_op op;

    run.regions = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    while (reader && !run.failed && (step = vsim_trace_next(reader, &op, &error)) == VSIM_TRACE_EVENT) {
        const bool of_world = vsim_spec_ops[op.id].subject == VSIM_SUBJECT_WORLD;

        if (op.id == VSIM_OP_COMMENT) {
            take_note(&run, &op);
        } else if (of_world && !run.judged) {
            if (!vsim_spec_world_add(run.world, &op, &error))
                break;
        } else {
            if (!run.judged)
                open_backends(&run);
            lay_out(&run, &op);
            check_event(&run, &op);
        }
    }
    if (error || step == VSIM_TRACE_ERROR) {
        printf("%s on %s: %s\n", name, dialect, error ? error->message : "no reader");
        n_failures++;
    }
    vsim_trace_close(reader);
    finish(&run);
}

static inline void check_trace_on(const char *name, const char *dialect, const char *body)
{
    g_autofree char *text = trace_text(body, dialect);

    check_trace(name, dialect, text);
}

#endif
