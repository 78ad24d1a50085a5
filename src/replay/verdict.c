// SPDX-License-Identifier: MIT
/* From verdicts and errors to exit codes and names. */
#include "vfiosim/replay.h"

#include "../compare/step.h"

enum vsim_verdict vsim_step_verdict(const struct vsim_step *step)
{
    return step->verdict;
}

uint32_t vsim_step_line(const struct vsim_step *step)
{
    return step->op->line;
}

enum vsim_exit vsim_exit_worst(enum vsim_exit x, enum vsim_exit y)
{
    static const unsigned weight[] = {
        [VSIM_EXIT_CONFORMS] = 0,    [VSIM_EXIT_UNDECIDED] = 1, [VSIM_EXIT_DEVIATES] = 2,
        [VSIM_EXIT_UNAVAILABLE] = 3, [VSIM_EXIT_USAGE] = 4,     [VSIM_EXIT_INPUT] = 5,
    };
    return weight[x] >= weight[y] ? x : y;
}

enum vsim_exit vsim_exit_of_error(const GError *error)
{
    if (error->domain == G_OPTION_ERROR)
        return VSIM_EXIT_USAGE;
    if (g_error_matches(error, VSIM_ERROR, VSIM_ERROR_UNAVAILABLE))
        return VSIM_EXIT_UNAVAILABLE;
    return VSIM_EXIT_INPUT;
}

enum vsim_exit vsim_replay_exit(const struct vsim_replay_summary *summary)
{
    enum vsim_exit code = VSIM_EXIT_CONFORMS;

    if (summary->n_unavailable > 0)
        code = vsim_exit_worst(code, VSIM_EXIT_UNAVAILABLE);
    if (summary->n_deviates > 0)
        code = vsim_exit_worst(code, VSIM_EXIT_DEVIATES);
    if (summary->n_undecided > 0)
        code = vsim_exit_worst(code, VSIM_EXIT_UNDECIDED);
    return code;
}

const char *vsim_replay_hazard_name(unsigned bit)
{
    static const char *const names[VSIM_REPLAY_N_HAZARDS] = {"HZ-NOOP", "HZ-STALE", "HZ-OBJ", "HZ-LEAK",
                                                             "HZ-UNDER"};

    return bit < VSIM_REPLAY_N_HAZARDS ? names[bit] : NULL;
}
