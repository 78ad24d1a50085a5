// SPDX-License-Identifier: MIT
#include "bench.h"
#include "bench_report.h"

#include <glib.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Measuring. */

uint64_t vsim_bench_now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static int compare_samples(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

double vsim_bench_median(double *samples, size_t n)
{
    qsort(samples, n, sizeof(*samples), compare_samples);
    return samples[(n - 1) / 2];
}

void vsim_bench_consume(uint64_t result)
{
    __asm__ volatile("" : : "r"(result) : "memory");
}

uint64_t vsim_bench_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint32_t *vsim_bench_shuffled(uint32_t n, uint64_t seed)
{
    uint32_t *order = g_new(uint32_t, n);

    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    for (uint32_t i = n; i > 1; i--) {
        uint32_t j = (uint32_t)(vsim_bench_random(&seed) % i);
        uint32_t moved = order[i - 1];

        order[i - 1] = order[j];
        order[j] = moved;
    }
    return order;
}

/* Collecting. */

struct vsim_bench_report {
    GPtrArray *rows; /* Of struct vsim_bench_row, which owns its strings here. */
};

static void free_row(gpointer data)
{
    struct vsim_bench_row *row = data;

    g_free((char *)row->group);
    g_free((char *)row->name);
    g_free((char *)row->unit);
    for (size_t i = 0; i < G_N_ELEMENTS(row->ratio); i++)
        g_free((char *)row->ratio[i].against);
    g_free(row);
}

struct vsim_bench_report *vsim_bench_report_new(void)
{
    struct vsim_bench_report *report = g_new0(struct vsim_bench_report, 1);

    report->rows = g_ptr_array_new_with_free_func(free_row);
    return report;
}

void vsim_bench_report_free(struct vsim_bench_report *report)
{
    g_ptr_array_unref(report->rows);
    g_free(report);
}

void vsim_bench_report_add(struct vsim_bench_report *report, const struct vsim_bench_row *row)
{
    struct vsim_bench_row *copy = g_new(struct vsim_bench_row, 1);

    *copy = *row;
    copy->group = g_strdup(row->group);
    copy->name = g_strdup(row->name);
    copy->unit = g_strdup(row->unit);
    for (size_t i = 0; i < G_N_ELEMENTS(copy->ratio); i++)
        copy->ratio[i].against = g_strdup(row->ratio[i].against);
    g_ptr_array_add(report->rows, copy);
}

void vsim_bench_report_problem(struct vsim_bench_report *report, const char *format, ...)
{
    va_list arguments;

    (void)report;
    va_start(arguments, format);
    fputs("bench: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

static bool row_passes(const struct vsim_bench_row *row)
{
    switch (row->target) {
    case VSIM_BENCH_VALUE_AT_MOST:
        return row->value <= row->limit;
    case VSIM_BENCH_VALUE_AT_LEAST:
        return row->value >= row->limit;
    case VSIM_BENCH_RATIO_AT_MOST:
        return row->ratio[0].ratio <= row->limit;
    case VSIM_BENCH_RATIO_AT_LEAST:
        return row->ratio[0].ratio >= row->limit;
    case VSIM_BENCH_NO_TARGET:
        break;
    }
    return true;
}

bool vsim_bench_report_passes(const struct vsim_bench_report *report)
{
    for (guint i = 0; i < report->rows->len; i++) {
        if (!row_passes(g_ptr_array_index(report->rows, i)))
            return false;
    }
    return true;
}

/* Printing. */

static char *target_text(const struct vsim_bench_row *row)
{
    bool of_ratio = row->target == VSIM_BENCH_RATIO_AT_MOST || row->target == VSIM_BENCH_RATIO_AT_LEAST;
    bool at_most = row->target == VSIM_BENCH_VALUE_AT_MOST || row->target == VSIM_BENCH_RATIO_AT_MOST;

    if (row->target == VSIM_BENCH_NO_TARGET)
        return g_strdup("");
    return g_strdup_printf("%s %.*f%s%s: %s", at_most ? "at most" : "at least", of_ratio ? 2 : 0, row->limit,
                           of_ratio ? "x " : " ", of_ratio ? row->ratio[0].against : row->unit,
                           row_passes(row) ? "met" : "MISSED");
}

static int name_width(const struct vsim_bench_report *report)
{
    int width = 0;

    for (guint i = 0; i < report->rows->len; i++) {
        const struct vsim_bench_row *row = g_ptr_array_index(report->rows, i);

        width = MAX(width, (int)g_utf8_strlen(row->name, -1));
    }
    return width;
}

static void print_row(const struct vsim_bench_row *row, int width)
{
    g_autofree char *target = target_text(row);
    g_autofree char *value = g_strdup_printf("%.1f %s", row->value, row->unit);

    printf("  %-*s %16s", width, row->name, value);
    for (size_t i = 0; i < G_N_ELEMENTS(row->ratio); i++) {
        g_autofree char *text = NULL;

        if (row->ratio[i].against)
            text = g_strdup_printf("%.2fx %s", row->ratio[i].ratio, row->ratio[i].against);
        printf("  %-16s", text ? text : "");
    }
    printf("  %s\n", target);
}

void vsim_bench_report_print_table(const struct vsim_bench_report *report)
{
    int width = name_width(report);
    const char *group = NULL;

    for (guint i = 0; i < report->rows->len; i++) {
        const struct vsim_bench_row *row = g_ptr_array_index(report->rows, i);

        if (g_strcmp0(row->group, group) != 0)
            printf("%s%s\n", i ? "\n" : "", row->group);
        group = row->group;
        print_row(row, width);
    }
}

static void print_json_string(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('"');
}

static void print_json_row(const struct vsim_bench_row *row)
{
    printf("  {\"group\": ");
    print_json_string(row->group);
    printf(", \"name\": ");
    print_json_string(row->name);
    printf(", \"value\": %.3f, \"unit\": ", row->value);
    print_json_string(row->unit);
    printf(", \"ratios\": {");
    for (size_t i = 0; i < G_N_ELEMENTS(row->ratio) && row->ratio[i].against; i++) {
        printf("%s", i ? ", " : "");
        print_json_string(row->ratio[i].against);
        printf(": %.4f", row->ratio[i].ratio);
    }
    printf("}");
    if (row->target != VSIM_BENCH_NO_TARGET)
        printf(", \"limit\": %.3f, \"met\": %s", row->limit, row_passes(row) ? "true" : "false");
    printf("}");
}

void vsim_bench_report_print_json(const struct vsim_bench_report *report)
{
    printf("[\n");
    for (guint i = 0; i < report->rows->len; i++) {
        print_json_row(g_ptr_array_index(report->rows, i));
        printf("%s\n", i + 1 < report->rows->len ? "," : "");
    }
    printf("]\n");
}
