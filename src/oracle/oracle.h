// SPDX-License-Identifier: MIT
/* What tests ask of the oracle besides the backend interface. */
#ifndef VSIM_ORACLE_ORACLE_H
#define VSIM_ORACLE_ORACLE_H

struct vsim_backend;

/*
 * How often each rule has fired in this backend, by enum vsim_rule_id. From the first call on, every rule of
 * success is asked of every success, not only until one fires.
 */
const unsigned *vsim_oracle_fired(struct vsim_backend *backend);

#endif
