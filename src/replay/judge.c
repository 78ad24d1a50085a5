// SPDX-License-Identifier: MIT
/*
 * One step: the actors act, the oracle allows and follows, and the step gets its verdict.
 *
 * The first actor's outcome is the one that came; the oracle follows it where it is allowed, and otherwise
 * the first allowed one, so that one wrong outcome is one deviation and not all that come after it.
 */
#include "session.h"

static bool act(struct vsim_replay *replay, GError **error)
{
    struct vsim_step *step = &replay->step;

    for (unsigned i = 0; i < replay->n_actors; i++) {
        const struct vsim_session_backend *one = replay->actors[i];

        if (!one->class->step(one->backend, &replay->op, &step->actor[i].result, error)) {
            g_prefix_error(error, "%s:%u: %s: ", vsim_trace_reader_name(replay->reader), replay->op.line,
                           one->class->name);
            return false;
        }
        if (step->actor[i].result.unavailable)
            replay->summary.n_unavailable++;
    }
    return true;
}

static void deviate(struct vsim_step *step, enum vsim_cause cause, unsigned culprit)
{
    if (step->verdict == VSIM_VERDICT_DEVIATES)
        return;
    step->verdict = VSIM_VERDICT_DEVIATES;
    step->cause = cause;
    step->culprit = culprit;
}

/* The outcome that came: the first actor's that could act, else none. */
static const struct vsim_actor *first_able(const struct vsim_step *step)
{
    for (unsigned i = 0; i < step->n_actors; i++)
        if (!step->actor[i].result.unavailable)
            return &step->actor[i];
    return NULL;
}

/* Without an actor the trace's claim is what came; the fields that it leaves out are as the specification has
 * them. */
static void take_claim(struct vsim_replay *replay)
{
    struct vsim_step *step = &replay->step;
    unsigned claim = 0;

    step->allowed_index = vsim_compare_claim_allowed(&replay->op, &replay->allowed, &claim);
    step->came = &replay->op.expected[claim];
    step->came_from = "trace";
    if (replay->allowed.undecided)
        step->verdict = VSIM_VERDICT_UNDECIDED;
    else if (step->allowed_index < 0)
        deviate(step, VSIM_CAUSE_NOT_ALLOWED, step->n_actors);
    else
        step->verdict = VSIM_VERDICT_CONFORMS;
}

static void take_actors(struct vsim_replay *replay, const struct vsim_actor *first)
{
    struct vsim_step *step = &replay->step;

    step->came = &first->result.outcome;
    step->came_from = first->name;
    step->allowed_index = vsim_compare_allowed(&replay->op, &replay->allowed, step->came);
    step->verdict = replay->allowed.undecided ? VSIM_VERDICT_UNDECIDED : VSIM_VERDICT_CONFORMS;
    if (replay->allowed.undecided)
        return;
    for (unsigned i = 0; i < step->n_actors; i++) {
        const struct vsim_result *result = &step->actor[i].result;

        if (!result->unavailable && vsim_compare_allowed(&replay->op, &replay->allowed, &result->outcome) < 0)
            deviate(step, VSIM_CAUSE_NOT_ALLOWED, i);
    }
}

/* What the oracle is told to have happened; NULL where nobody can say. */
static const struct vsim_outcome *outcome_to_follow(struct vsim_replay *replay)
{
    const struct vsim_step *step = &replay->step;
    const struct vsim_outcome *claim = step->came;

    if (replay->allowed.undecided || replay->allowed.n == 0)
        return step->came;
    if (step->allowed_index < 0)
        return &replay->allowed.one[0].outcome;
    if (claim != replay->op.expected)
        return claim;
    replay->claim = replay->allowed.one[step->allowed_index].outcome;
    for (uint32_t left = claim->given; left != 0; left &= left - 1) {
        const unsigned i = (unsigned)__builtin_ctz(left);

        vsim_outcome_set(&replay->claim, i, claim->out[i]);
        replay->claim.base[i] = claim->base[i];
    }
    return &replay->claim;
}

static void ask_oracle(struct vsim_replay *replay, const struct vsim_actor *first)
{
    const struct vsim_session_backend *oracle = replay->oracle;
    struct vsim_step *step = &replay->step;
    const struct vsim_outcome *outcome;

    replay->allowed.undecided = false;
    replay->allowed.n = 0;
    replay->allowed.hazards = 0;
    oracle->class->allow(oracle->backend, &replay->op, &replay->allowed);
    step->allowed = &replay->allowed;
    if (first) {
        take_actors(replay, first);
    } else if (replay->op.n_expected > 0 && step->n_actors == 0) {
        take_claim(replay);
    } else if (replay->allowed.n > 0) {
        step->came = &replay->allowed.one[0].outcome;
        step->came_from = oracle->class->name;
        step->allowed_index = 0;
    }
    outcome = outcome_to_follow(replay);
    if (outcome)
        oracle->class->follow(oracle->backend, &replay->op, outcome);
}

/* Do the actors agree among themselves and with the trace? */
static void compare_actors(struct vsim_replay *replay, const struct vsim_actor *first)
{
    struct vsim_step *step = &replay->step;

    for (unsigned i = 0; i < step->n_actors; i++) {
        const struct vsim_result *result = &step->actor[i].result;

        if (result->unavailable)
            continue;
        if (replay->op.n_expected > 0 && vsim_compare_claimed(&replay->op, &result->outcome) < 0)
            deviate(step, VSIM_CAUSE_NOT_RECORDED, i);
        if (result != &first->result &&
            !vsim_compare_outcomes(&replay->op, &first->result.outcome, &result->outcome))
            deviate(step, VSIM_CAUSE_DISAGREE, i);
    }
    if (step->verdict == VSIM_VERDICT_UNJUDGED && (replay->op.n_expected > 0 || step->n_actors > 1)) {
        step->verdict = VSIM_VERDICT_CONFORMS;
        step->came = &first->result.outcome;
    }
}

/* Which rule explains the step, and whether model and oracle refuse for the same one. */
static void find_rule(struct vsim_replay *replay)
{
    struct vsim_step *step = &replay->step;
    const enum vsim_rule_id cited = step->n_actors > 0 ? step->actor[0].result.rule : VSIM_RULE_NONE;

    step->rule = cited;
    if (step->allowed && replay->allowed.n > 0)
        step->rule = replay->allowed.one[MAX(step->allowed_index, 0)].rule;
    step->rules_differ = cited != VSIM_RULE_NONE && step->rule != VSIM_RULE_NONE && cited != step->rule &&
                         step->allowed_index >= 0 && step->came->error != 0;
    replay->summary.n_rules_differ += step->rules_differ;
    replay->rule_hits[step->rule]++;
    if (cited != step->rule)
        replay->rule_hits[cited]++;
}

bool vsim_session_judge(struct vsim_replay *replay, GError **error)
{
    struct vsim_step *step = &replay->step;
    const struct vsim_actor *first;

    step->verdict = VSIM_VERDICT_UNJUDGED;
    step->cause = VSIM_CAUSE_NONE;
    step->allowed = NULL;
    step->allowed_index = -1;
    step->came = NULL;
    step->came_from = NULL;
    step->detail = NULL;
    if (!act(replay, error))
        return false;
    first = first_able(step);
    if (replay->oracle)
        ask_oracle(replay, first);
    if (first) {
        step->came = &first->result.outcome;
        step->came_from = first->name;
        compare_actors(replay, first);
    }
    find_rule(replay);
    return true;
}
