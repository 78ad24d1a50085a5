// SPDX-License-Identifier: MIT
/* The grammar of a line: what is read, how it is spelled when it is written, and what each mistake is told.
 */
#include "test_trace_support.h"

#include <errno.h>

struct spelling {
    const char *read;
    const char *written; /* NULL: the same. */
};

static const struct spelling spellings[] = {
    /* Comments and empty lines stay as they are. */
    {"", NULL},
    {"   ", NULL},
    {"# A comment.", NULL},
    {"\t # with \xc3\xa4 and \"quotes\"  ", NULL},
    /* Worlds. */
    {"world: dialect(name=6.12)", NULL},
    {"world: dialect(name=6.1.0, proposals=pkernfs, page_size=64K)", NULL},
    {"world: dialect(page_size=4096,name=mainline)", "world: dialect(name=mainline, page_size=4K)"},
    {"world: dialect(name=5.8, proposals=0x6|pkernfs)", "world: dialect(name=5.8, proposals=pkernfs|0x6)"},
    {"world: i0 = iommu(kind=intel, aperture_last=0xffffffffffff, coherent=no)", NULL},
    {"world: i16777215 = iommu(kind=77)", NULL},
    {"world: n1 = group(kind=real, iommu=i0)", NULL},
    {"world: d0 = device(group=n1, name=\"0000:00:04.0\", driver=host)", NULL},
    {"world: p01 = process(caps=SYS_RAWIO|IPC_LOCK)", "world: p1 = process(caps=IPC_LOCK|SYS_RAWIO)"},
    {"world: param(noiommu=yes) = 0", NULL},
    /* Blanks. */
    {"p1:c0=open(path=\"/dev/null\")=0", "p1: c0 = open(path=\"/dev/null\") = 0"},
    {"  p1 :\tc0  =  open ( path = \"x\" )  =  0  ", "p1: c0 = open(path=\"x\") = 0"},
    {"p1: exec()", NULL},
    {"p1: exec( ) = ok", "p1: exec() = ok"},
    /* Strings. */
    {"p1: open(path=\"\")", NULL},
    {"p1: open(path=\"a\\\"b\\\\c\\x0a\\x7f\\x00\")", NULL},
    {"p1: open(path=\"\\x41\\x2f\xc3\xa4\")", "p1: open(path=\"A/\xc3\xa4\")"},
    /* Handles, and numbers in their place. */
    {"p1: close(fd=-1) = -1 EBADF", NULL},
    {"p1: close(fd=9999) = -1 EBADF", NULL},
    {"p1: close(fd=-0x80000000)", "p1: close(fd=-2147483648)"},
    {"p1: x3 = dup(fd=x2) = 0", NULL},
    {"p1: c1 = pass(fd=c0, to=p2) = 0", NULL},
    {"p2: p3 = fork() = 0", NULL},
    /* Sizes. */
    {"p1: mlock(addr=m0+0x0, length=0)", NULL},
    {"p1: mlock(addr=m0+0x0, length=0x400)", "p1: mlock(addr=m0+0x0, length=1K)"},
    {"p1: mlock(addr=m0+0x0, length=1048576)", "p1: mlock(addr=m0+0x0, length=1M)"},
    {"p1: mlock(addr=m0+0x0, length=1024M)", "p1: mlock(addr=m0+0x0, length=1G)"},
    {"p1: mlock(addr=m0+0x0, length=1025)", NULL},
    {"p1: mlock(addr=m0+0x0, length=16777215T)", NULL},
    {"p1: mlock(addr=m0+0x0, length=18446744073709551615)", NULL},
    /* Addresses. */
    {"p1: munmap(addr=0, length=4K)", "p1: munmap(addr=0x0, length=4K)"},
    {"p1: munmap(addr=0XFFFFFFFFFFFFFFFF, length=4K)", "p1: munmap(addr=0xffffffffffffffff, length=4K)"},
    {"p1: munmap(addr=m12+4096, length=4K)", "p1: munmap(addr=m12+0x1000, length=4K)"},
    /* Ioctls. */
    {"p1: ioctl(c0, VFIO_GET_API_VERSION) = 0", NULL},
    {"p1: ioctl(c0, VFIO_GET_API_VERSION, {}) = 0", "p1: ioctl(c0, VFIO_GET_API_VERSION) = 0"},
    {"p1: ioctl(g0, VFIO_GET_API_VERSION) = -1 ENOTTY", NULL},
    {"p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) = 0", NULL},
    {"p1: ioctl(c0, VFIO_SET_IOMMU, 0x63)", "p1: ioctl(c0, VFIO_SET_IOMMU, 99)"},
    {"p1: ioctl(c0, VFIO_SET_IOMMU)", NULL},
    {"p1: ioctl(c0, VFIO_SET_IOMMU, 3)", "p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU)"},
    {"p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"0000:00:04.0\"}) = 0", NULL},
    {"p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=-1}) = -1 EINVAL", NULL},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {})", NULL},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {size=2M,iova=4096,vaddr=m0+0,flags=WRITE | 1,argsz=0x20})",
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {argsz=32, flags=READ|WRITE, vaddr=m0+0x0, iova=0x1000, size=2M})"},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=0})", NULL},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|0x80000000, size=4K})", NULL},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=0x10})", NULL},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @0x10)", NULL},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @m0+0x10) = -1 EFAULT", NULL},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @ m0+0x10 { size=4K })",
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @m0+0x10{size=4K})"},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @m0+0x10{})", NULL},
    {"p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {raw[20]=x\"AAbb\", iova=0x1000, raw[ 0x4 ] = x\"\"})",
     "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {iova=0x1000, raw[20]=x\"aabb\", raw[4]=x\"\"})"},
    {"p1: ioctl(c0, 0x3b7f, @0x0) = -1 ENOTTY", NULL},
    {"p1: ioctl(c0, 15217)", "p1: ioctl(c0, 0x3b71)"},
    {"p1: ioctl(v0, 0x3b71, {raw[0]=x\"20000000\"})", NULL},
    {"p1: ioctl(v0, 0x3b71, @m0+0x0{})", NULL},
    {"p1: ioctl(v0, 0x3b71, {})", "p1: ioctl(v0, 0x3b71)"},
    /* Outcomes. */
    {"p1: status() = 0 {locked_vm=2M, pinned_vm=0}", NULL},
    {"p1: status() = 0 { pinned_vm=0 , locked_vm=2048K }", "p1: status() = 0 {locked_vm=2M, pinned_vm=0}"},
    {"p1: status() = 0 {}", "p1: status() = 0"},
    {"p1: status() = {0}", "p1: status() = 0"},
    {"p1: load(addr=m0+0x0, length=4K) = {0 {fill=0xa5}; -1 EFAULT}", NULL},
    {"p1: load(addr=m0+0x0, length=4K) = {0;1 ; ok;-1   ENOENT}",
     "p1: load(addr=m0+0x0, length=4K) = {0; 1; ok; -1 ENOENT}"},
    {"p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_UNMAP_ALL) = 9223372036854775807", NULL},
    {"p1: exit() = -1 22", "p1: exit() = -1 EINVAL"},
    {"p1: exit() = -1 4095", NULL},
    {"p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {size=4K}) = -1 EINVAL {size=0}", NULL},
    /* Devices. */
    {"d0: dma write iova=0x100000 len=4K fill=0xa5 = ok {at=m0+0x0}", NULL},
    {"d0: dma   write\tlen=4096  iova=0 = fault {fault=0x0, reason=NOT_PRESENT}",
     "d0: dma write iova=0x0 len=4K = fault {fault=0x0, reason=NOT_PRESENT}"},
    {"d0: dma read iova=0x0 len=4K = {ok {at=v0+0x10}; off; -1 EIO}", NULL},
    {"d0: dma read = -1 EFAULT", "d0: dma read = fault"},
    {"d0: dma read", NULL},
    /* Capabilities. */
    {"p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=16}) = 0 {capabilities=[]}", NULL},
    {"p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=16}) = 0 {argsz=108, flags=PGSIZES|CAPS, "
     "iova_pgsizes=0x1000, "
     "cap_offset=24, pad=0x0, capabilities=[MIGRATION{pgsize_bitmap=0x1000, max_dirty_bitmap_size=256M}, "
     "DMA_AVAIL{avail=65535}, IOVA_RANGE{at=72, nr_iovas=2, 0x0..0xfedfffff, 0xfef00000..0xffffffffffff}]}",
     NULL},
    {"p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=[IOVA_RANGE{0..1,2..3}]}",
     "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=[IOVA_RANGE{nr_iovas=2, 0x0..0x1, "
     "0x2..0x3}]}"},
    {"p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=[DMA_AVAIL{}, DMA_AVAIL{}]}", NULL},
    {"p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=[DMA_AVAIL{at=32}]}",
     "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 "
     "{capabilities=x\"0000000000000000030001000000000000000000\"}"},
    {"p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=[IOVA_RANGE{nr_iovas=1}]}",
     "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=x\"01000100000000000100000000000000\"}"},
    {"p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=x\"030001000000000000000001\"}",
     "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=[DMA_AVAIL{avail=16777216}]}"},
    {"p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=x\"03000200000000000000000100\"}", NULL},
    {"p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=x\"03\"}", NULL},
};

START_TEST(test_spelling)
{
    const struct spelling *row = &spellings[_i];
    const char *written = row->written ? row->written : row->read;
    g_autofree char *text = g_strconcat(HEADER, row->read, "\n", NULL);
    g_autofree char *expected = g_strconcat(HEADER, written, "\n", NULL);
    g_autoptr(GString) source = g_string_new(text);
    g_autoptr(GString) once = rewritten(source, VSIM_TRACE_TEXT);
    g_autoptr(GString) binary = rewritten(source, VSIM_TRACE_BINARY);
    g_autoptr(GString) back = rewritten(binary, VSIM_TRACE_TEXT);
    g_autoptr(GString) twice = rewritten(once, VSIM_TRACE_TEXT);
    g_autoptr(GString) again = rewritten(back, VSIM_TRACE_BINARY);

    ck_assert_str_eq(once->str, expected);
    ck_assert_str_eq(twice->str, expected);
    ck_assert_str_eq(back->str, expected);
    ck_assert(g_string_equal(again, binary));
}
END_TEST

struct mistake {
    const char *text;
    const char *message;
};

static const struct mistake mistakes[] = {
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {vadr=m0+0x0})",
     "t:2:36: unknown field `vadr` of VFIO_IOMMU_MAP_DMA, expected one of argsz, flags, vaddr, iova, size"},
    {"p1: exec(x=1)", "t:2:10: unknown field `x` of exec, expected none"},
    {"p1: mmap(length=4K, length=4K)", "t:2:21: `length` stands here twice, expected it once"},
    {"p1: mmap(length=4K length=4K)", "t:2:20: found `length`, expected `,` or `)` after a field"},
    {"p1: mmap(length=4K,)",
     "t:2:20: found `)`, expected a field of mmap: length, prot, flags, fd, offset, at"},
    {"p1: mmap(length 4K)", "t:2:17: found `4K`, expected `=` after a field"},
    {"p1: mmap(length=4Q)", "t:2:17: found `4Q`, expected a number for length, such as 0x1000 or 4K"},
    {"p1: mmap(length=4K", "t:2:19: found the end of the line, expected `,` or `)` after a field"},
    {"p1: mmap[length=4K]", "t:2:9: found `[`, expected `(` after mmap"},
    {"p1: mmap(length=0x)", "t:2:17: found `0x`, expected a number for length, such as 0x1000 or 4K"},
    {"p1: mmap(length=16777216T)",
     "t:2:17: 16777216T is too large for length, expected at most 0xffffffffffffffff"},
    {"p1: mmap(length=18446744073709551616)",
     "t:2:17: 18446744073709551616 is too large for length, expected at most 0xffffffffffffffff"},
    {"p1: mmap(offset=0x10000000000000000)",
     "t:2:17: 0x10000000000000000 is too large for offset, expected at most 0xffffffffffffffff"},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {argsz=0x100000000})",
     "t:2:42: 0x100000000 is too large for argsz, expected at most 0xffffffff"},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|0x100000000})",
     "t:2:47: 0x100000000 is too large for flags, expected at most 0xffffffff"},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|EXEC})",
     "t:2:47: found `EXEC`, expected for `flags` one of READ, WRITE, VADDR, LIVE_UPDATE, a number"},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {vaddr=m0})",
     "t:2:44: found `}`, expected an offset such as +0x0 after the handle of an address"},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {vaddr=c0+0x0})",
     "t:2:42: found `c0`, expected a handle: m and a number up to 16777215"},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA)",
     "t:2:33: found `)`, expected `,` and the argument of VFIO_IOMMU_MAP_DMA"},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, 3)",
     "t:2:35: found `3`, expected the argument: `{`, or `@` and an address"},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {size=4K)", "t:2:43: found `)`, expected `,` or `}` after a field"},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMAX, {})",
     "t:2:15: found `VFIO_IOMMU_MAP_DMAX`, expected the name of an ioctl, or its number such as 0x3b71"},
    {"p1: ioctl(m0, VFIO_GET_API_VERSION)",
     "t:2:11: found `m0`, expected a handle: c, g, v, f or x and a number up to 16777215"},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {raw[0]=x\"0\"})",
     "t:2:45: found `0`, expected two hexadecimal digits for each byte, then `\"`"},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {raw[65536]=x\"00\"})",
     "t:2:36: the raw bytes go too far, expected them to end within 65536 bytes"},
    {"p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, "
     "{raw[0]=x\"\", raw[0]=x\"\", raw[0]=x\"\", raw[0]=x\"\", raw[0]=x\"\"})",
     "t:2:84: found `raw`, expected at most 4 runs of raw bytes"},
    {"p1: VFIO_GET_API_VERSION()",
     "t:2:5: found `VFIO_GET_API_VERSION`, expected ioctl(c0, VFIO_GET_API_VERSION, ...)"},
    {"p1: comment()", "t:2:5: found `comment`, expected the name of an event, such as mmap or ioctl"},
    {"p1: pin()", "t:2:5: found `pin`, expected the name of an event, such as mmap or ioctl"},
    {"p1: frob() = 0", "t:2:5: found `frob`, expected the name of an event, such as mmap or ioctl"},
    {"q1: exec()",
     "t:2:1: found `q1`, expected who does it: world, a process such as p1, or a device such as d0"},
    {"exec()",
     "t:2:1: found `exec`, expected who does it: world, a process such as p1, or a device such as d0"},
    {"p16777216: exec()", "t:2:1: found `p16777216`, expected a handle: p or d and a number up to 16777215"},
    {"p1 exec()", "t:2:4: found `exec`, expected `:` after who does it"},
    {"d0: exec()", "t:2:1: found `d0`, expected a process such as p1 to do exec"},
    {"p1: dma read", "t:2:1: found `p1`, expected a device such as d0 to do dma read"},
    {"p1: n1 = group()", "t:2:1: found `p1`, expected world before group"},
    {"world: group()", "t:2:8: found `group`, expected a handle of n and a number, then `=` and group"},
    {"p1: m0 = open(path=\"\")",
     "t:2:5: found `m0`, expected a handle of any of cgvfx and a number, then `=` and open"},
    {"p1: c0 = exec()", "t:2:5: found `c0`, expected exec without a handle, since it defines none"},
    {"p1: z0 = exec()",
     "t:2:5: found `z0`, expected a handle: i, n, d, p, c, g, v, f, x or m and a number up to 16777215"},
    {"p1: close(fd=m0)",
     "t:2:14: found `m0`, expected a handle: c, g, v, f or x and a number up to 16777215"},
    {"p1: close(fd=2147483648)", "t:2:14: 2147483648 is too large for fd, expected at most 0x7fffffff"},
    {"p1: close(fd=-)", "t:2:15: found `)`, expected a number for fd"},
    {"world: n1 = group(iommu=3)", "t:2:25: found `3`, expected a handle: i and a number up to 16777215"},
    {"world: dialect(name=6.13)",
     "t:2:21: found `6.13`, expected for `name` one of 5.8, 5.12, 6.1.0, 6.1, 6.12, mainline"},
    {"p1: open(path=\"abc)", "t:2:20: found the end of the line, expected `\"` at the end of a string"},
    {"p1: open(path=abc)", "t:2:15: found `abc`, expected a string in double quotes"},
    {"p1: open(path=\"a\\n\")", "t:2:17: unknown escape, expected \\\", \\\\ or \\x and two digits"},
    {"p1: open(path=\"a\tb\")", "t:2:17: the byte 0x09 in a string, expected \\x09 in its place"},
    {"p1: exec()\r",
     "t:2:11: found a carriage return (a newline alone ends a line), expected `=`, or the end of the line"},
    {"# comment\r",
     "t:2:10: found a carriage return (a newline alone ends a line), expected only text in a comment"},
    {"p1: exec() # no", "t:2:12: found `#`, expected `=`, or the end of the line"},
    {"p1: exec() = 0 # no", "t:2:16: found `#`, expected the end of the line"},
    {"p1: exec() =",
     "t:2:13: found the end of the line, expected an outcome: a number, ok, or -1 and an errno"},
    {"p1: exec() = yes", "t:2:14: found `yes`, expected an outcome: a number, ok, or -1 and an errno"},
    {"p1: exec() = -1", "t:2:16: found the end of the line, expected an errno such as EINVAL after -1"},
    {"p1: exec() = -1 EFOO", "t:2:17: found `EFOO`, expected an errno such as EINVAL after -1"},
    {"p1: exec() = -1 0", "t:2:18: found the end of the line, expected an errno such as EINVAL after -1"},
    {"p1: exec() = -1 4096", "t:2:17: 4096 is too large for an errno, expected at most 0xfff"},
    {"p1: exec() = -2 EINVAL", "t:2:14: found `-2`, expected -1 and an errno"},
    {"p1: exec() = 9223372036854775808",
     "t:2:14: 9223372036854775808 is too large for a return value, expected at most 0x7fffffffffffffff"},
    {"p1: exec() = 0 {x=1}", "t:2:17: found `x`, expected the end of the outcome: exec answers no field"},
    {"p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {}) = 0 {iova=0x0}",
     "t:2:46: found `iova`, expected a field that VFIO_IOMMU_UNMAP_DMA answers: size"},
    {"p1: status() = 0 {locked_vm=0, locked_vm=0}",
     "t:2:32: `locked_vm` stands here twice, expected it once"},
    {"p1: status() = {0; 0; 0; 0; 0}", "t:2:29: found `0`, expected `}`: a line has at most 4 outcomes"},
    {"p1: status() = {0, 0}", "t:2:18: found `,`, expected `;` or `}` after an outcome"},
    {"p1: load(fill=0x1)", "t:2:10: `fill` is what load answers, expected it behind `=`"},
    {"d0: dma read = 0", "t:2:16: found `0`, expected ok, fault, off, or -1 and an errno"},
    {"d0: m0 = dma read", "t:2:5: found `m0`, expected the name of an event, such as mmap or ioctl"},
    {"p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=[NONE{}]}",
     "t:2:59: found `NONE`, expected a capability: one of IOVA_RANGE, MIGRATION, DMA_AVAIL"},
    {"p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=[DMA_AVAIL{at=8}]}",
     "t:2:71: the place is taken, expected at least 24"},
    {"p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=[DMA_AVAIL{at=0xffffffff}]}",
     "t:2:82: the capabilities end here, expected at most 65536 bytes of them"},
    {"p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=[DMA_AVAIL{free=1}]}",
     "t:2:69: found `free`, expected for DMA_AVAIL one of at, avail"},
    {"p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=[IOVA_RANGE{0x0-0x1}]}",
     "t:2:70: found `0x0-0x1`, expected a number for an address, such as 0x1000 or 4096"},
    {"p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {capabilities=3}",
     "t:2:58: found `3`, expected `[` and capabilities, or bytes such as x\"00ff\""},
};

static void expect_error(const char *text, size_t length_bytes, const char *message)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    ck_assert(!rewrite(text, length_bytes, VSIM_TRACE_TEXT, out, &error));
    ck_assert_str_eq(error->message, message);
    ck_assert(g_error_matches(error, VSIM_ERROR, VSIM_ERROR_INPUT));
}

START_TEST(test_mistake)
{
    const struct mistake *row = &mistakes[_i];
    g_autofree char *text = g_strconcat(HEADER, row->text, "\n", NULL);
    g_autofree char *without_end = g_strconcat(HEADER, row->text, NULL);

    expect_error(text, strlen(text), row->message);
    expect_error(without_end, strlen(without_end), row->message);
}
END_TEST

START_TEST(test_header)
{
    static const char wanted[] = "t:1:1: this is no trace, expected the first line to be `vfiosim-trace 1`";

    expect_error("", 0, wanted);
    expect_error("\n", 1, wanted);
    expect_error("vfiosim-trace 2\n", 16, wanted);
    expect_error("vfiosim-trace 1 \n", 17, wanted);
    expect_error("vfiosim-trace", 13, wanted);
}
END_TEST

START_TEST(test_nul)
{
    static const char in_comment[] = HEADER "# a\0b\n";
    static const char in_line[] = HEADER "p1: exec(\0)\n";
    static const char in_string[] = HEADER "p1: open(path=\"\0\")\n";

    expect_error(in_comment, sizeof in_comment - 1,
                 "t:2:4: found a NUL byte, expected only text in a comment");
    expect_error(in_line, sizeof in_line - 1,
                 "t:2:10: found a NUL byte, expected a field of exec: it has none");
    expect_error(in_string, sizeof in_string - 1,
                 "t:2:16: the byte 0x00 in a string, expected \\x00 in its place");
}
END_TEST

START_TEST(test_last_line_without_newline)
{
    static const char text[] = HEADER "# first\np1: open(path=\"last\") = 0";
    g_autoptr(GString) out = g_string_new(NULL);

    ck_assert(rewrite(text, sizeof text - 1, VSIM_TRACE_TEXT, out, NULL));
    ck_assert_str_eq(out->str, HEADER "# first\np1: open(path=\"last\") = 0\n");
}
END_TEST

START_TEST(test_long_lines)
{
    g_autoptr(GString) text = g_string_new(HEADER "#");
    g_autoptr(GString) out = NULL;

    for (unsigned i = 1; i < 1024 * 1024; i++)
        g_string_append_c(text, 'x');
    g_string_append_c(text, '\n');
    out = rewritten(text, VSIM_TRACE_BINARY);
    g_string_free(g_steal_pointer(&out), TRUE);
    out = rewritten(text, VSIM_TRACE_TEXT);
    ck_assert(g_string_equal(out, text));
    g_string_insert_c(text, (gssize)text->len - 1, 'x');
    expect_error(text->str, text->len,
                 "t:2:1048577: the line goes on, expected its end after at most 1048576 bytes");
}
END_TEST

START_TEST(test_what_an_op_holds)
{
    static const char text[] =
        HEADER "\n"
               "p1: ioctl(c7, VFIO_IOMMU_MAP_DMA, {vaddr=m3+0x2000, size=4K}) = {0; -1 EEXIST}\n"
               "p1: mmap(fd=-1)\n";
    struct vsim_trace_reader *reader = vsim_trace_open_bytes("t", text, sizeof text - 1, NULL);
    struct vsim_op op;

    ck_assert_int_eq(vsim_trace_reader_format(reader), VSIM_TRACE_TEXT);
    ck_assert_str_eq(vsim_trace_reader_name(reader), "t");
    ck_assert_int_eq(vsim_trace_next(reader, &op, NULL), VSIM_TRACE_EVENT);
    ck_assert_int_eq(op.id, VSIM_OP_COMMENT);
    ck_assert_uint_eq(op.line, 2);
    ck_assert_int_eq(vsim_trace_next(reader, &op, NULL), VSIM_TRACE_EVENT);
    ck_assert_int_eq(op.id, VSIM_OP_VFIO_IOMMU_MAP_DMA);
    ck_assert_uint_eq(op.line, 3);
    ck_assert_uint_eq(op.subject, VSIM_HANDLE('p', 1));
    ck_assert_uint_eq(op.target, VSIM_HANDLE('c', 7));
    ck_assert_uint_eq(op.given,
                      1u << VSIM_FIELD_VFIO_IOMMU_MAP_DMA_vaddr | 1u << VSIM_FIELD_VFIO_IOMMU_MAP_DMA_size);
    ck_assert_uint_eq(op.value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_argsz], 32);
    ck_assert_uint_eq(op.value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_vaddr], 0x2000);
    ck_assert_uint_eq(op.base[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_vaddr], VSIM_HANDLE('m', 3));
    ck_assert_uint_eq(op.base_address[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_vaddr], 0);
    ck_assert_uint_eq(op.n_expected, 2);
    ck_assert(op.expected[0].value_given && op.expected[0].error == 0);
    ck_assert_int_eq(op.expected[1].error, EEXIST);
    ck_assert_int_eq(op.expected[1].value, -1);
    ck_assert_int_eq(vsim_trace_next(reader, &op, NULL), VSIM_TRACE_EVENT);
    ck_assert_uint_eq(op.value[VSIM_FIELD_MMAP_fd], UINT64_MAX);
    ck_assert_uint_eq(op.base[VSIM_FIELD_MMAP_fd], 0);
    ck_assert_uint_eq(op.value[VSIM_FIELD_MMAP_prot], VSIM_PROT_READ | VSIM_PROT_WRITE);
    ck_assert_uint_eq(op.n_expected, 0);
    ck_assert_int_eq(vsim_trace_next(reader, &op, NULL), VSIM_TRACE_END);
    ck_assert_int_eq(vsim_trace_next(reader, &op, NULL), VSIM_TRACE_END);
    vsim_trace_close(reader);
}
END_TEST

START_TEST(test_an_error_stays)
{
    static const char text[] = HEADER "p1: exec()\np1: frob()\np1: exec()\n";
    struct vsim_trace_reader *reader = vsim_trace_open_bytes("t", text, sizeof text - 1, NULL);
    g_autoptr(GError) error = NULL;
    struct vsim_op op;

    ck_assert_int_eq(vsim_trace_next(reader, &op, NULL), VSIM_TRACE_EVENT);
    ck_assert_int_eq(vsim_trace_next(reader, &op, NULL), VSIM_TRACE_ERROR);
    ck_assert_int_eq(vsim_trace_next(reader, &op, &error), VSIM_TRACE_ERROR);
    ck_assert(g_str_has_prefix(error->message, "t:3:5: "));
    vsim_trace_close(reader);
}
END_TEST

/* Replay adds base_address; what is shown is still the offset. */
START_TEST(test_format_after_layout)
{
    static const char text[] = HEADER "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @m1+0x8{vaddr=m0+0x10})\n";
    struct vsim_trace_reader *reader = vsim_trace_open_bytes("t", text, sizeof text - 1, NULL);
    g_autoptr(GString) out = g_string_new(NULL);
    struct vsim_op op;

    ck_assert_int_eq(vsim_trace_next(reader, &op, NULL), VSIM_TRACE_EVENT);
    op.base_address[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_vaddr] = 0x100000000000;
    op.value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_vaddr] += 0x100000000000;
    op.argument_base_address = 0x100000400000;
    op.argument_address += 0x100000400000;
    vsim_trace_format_op(out, &op);
    ck_assert_str_eq(out->str, "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @m1+0x8{vaddr=m0+0x10})");
    g_string_truncate(out, 0);
    vsim_trace_format_value(out, VSIM_OP_VFIO_IOMMU_MAP_DMA, VSIM_FIELD_VFIO_IOMMU_MAP_DMA_flags, 3, 0);
    vsim_trace_format_handle(out, VSIM_HANDLE('c', 12));
    ck_assert_str_eq(out->str, "READ|WRITEc12");
    vsim_trace_close(reader);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("text");

    tcase_add_loop_test(tests, test_spelling, 0, (int)G_N_ELEMENTS(spellings));
    tcase_add_loop_test(tests, test_mistake, 0, (int)G_N_ELEMENTS(mistakes));
    tcase_add_test(tests, test_header);
    tcase_add_test(tests, test_nul);
    tcase_add_test(tests, test_last_line_without_newline);
    tcase_add_test(tests, test_long_lines);
    tcase_add_test(tests, test_what_an_op_holds);
    tcase_add_test(tests, test_an_error_stays);
    tcase_add_test(tests, test_format_after_layout);
    return run_suite(suite_of("trace_text", tests));
}
