// SPDX-License-Identifier: MIT
/* Open files and the descriptors that lead to them. */
#ifndef VSIM_SIM_FILE_H
#define VSIM_SIM_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "../src/spec/spec.h"

struct vsim_sim;
struct vsim_sim_process;

struct vsim_sim_file {
    enum vsim_fd_kind kind;
    uint32_t n_refs; /* Descriptors, VMAs of a BAR, open devices of a group. */
    union {          /* By kind; nothing for OTHER. */
        struct vsim_sim_container *container;
        struct vsim_sim_group *group;
        struct vsim_sim_device *device;
        struct vsim_sim_object *object;
    };
    struct vsim_sim_file *group_file; /* Of a device: what it keeps open, in kernels that do so. */
};

/* With one reference. */
struct vsim_sim_file *vsim_sim_file_new(enum vsim_fd_kind kind);
void vsim_sim_file_ref(struct vsim_sim_file *file);

/* The last reference releases the file, and with it what it stands for. */
void vsim_sim_file_unref(struct vsim_sim *sim, struct vsim_sim_file *file);

/* Give a process the file under a handle; the reference is handed over. */
void vsim_sim_file_install(struct vsim_sim_process *process, vsim_handle fd, struct vsim_sim_file *file,
                           bool close_on_exec);

/* The file of a descriptor that may be a number instead (base 0), which is never open; NULL when it is not.
 */
struct vsim_sim_file *vsim_sim_file_get(const struct vsim_sim_process *process, vsim_handle fd);

#endif
