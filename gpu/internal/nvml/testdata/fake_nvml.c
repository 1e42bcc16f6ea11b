// A stand-in for libnvidia-ml.so.1, for tests of the real go-nvml on machines
// without a card. Its state is a file of 64-bit numbers that the test maps too:
// the environment variable FAKE_NVML_STATE names it. What a driver may lack is
// left out with -D.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

typedef unsigned int u32;
typedef unsigned long long u64;
typedef int ret;
typedef struct card *dev;

// The first numbers, for all cards; fake_test.go has the same list.
enum {
	INITS, INIT_CALLS, SHUTDOWN_CALLS, INIT_CODE, COUNT, FIELDS_CALLS, ENERGY_CALLS, POWER_CALLS,
	BLOCK, BLOCKED, UTIL_COUNT, UTIL_GROW, UTIL_CODE, UTIL_STAMP, UTIL_SINCE, PROCS, PROCS_GROW, MPS,
	MIG_ON, MIG_COUNT, SHOWN, UTIL_CALLS, GLOBALS = 32
};

// Those of one card.
enum {
	CODE, UUID_CODE, FIELDS_CODE, ENERGY_MJ, INSTANT_MW, AVERAGE_MW, LIMIT_MW,
	ENERGY_RET, INSTANT_RET, AVERAGE_RET, ENERGY_TYPE, INSTANT_TYPE, AVERAGE_TYPE,
	ENERGY_CODE, POWER_CODE, POWER_MW, MODULE, MAJOR, MINOR, MEMORY, BLOCKS, PROCS_CODE, SERIAL, CARD = 32
};

static volatile long long spare[GLOBALS + 16 * CARD];
static volatile long long *state = spare;

__attribute__((constructor)) static void map(void)
{
	const char *name = getenv("FAKE_NVML_STATE");
	int fd = name ? open(name, O_RDWR) : -1;
	if (fd < 0) {
		spare[COUNT] = 1;
		return;
	}
	void *p = mmap(0, sizeof spare, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (p != MAP_FAILED)
		state = p;
}

static long long get(int i) { return __atomic_load_n(&state[i], __ATOMIC_SEQ_CST); }
static void set(int i, long long v) { __atomic_store_n(&state[i], v, __ATOMIC_SEQ_CST); }
static void add(int i, long long v) { __atomic_fetch_add(&state[i], v, __ATOMIC_SEQ_CST); }

// A handle is an address nobody may look into: the number of the card and 1.
static int number(dev d) { return (int)((long)d & 0xff) - 1; }
static int part(dev d) { return (int)((long)d >> 8) - 1; } // of MIG; -1: the card
static long long of(dev d, int i) { return get(GLOBALS + number(d) * CARD + i); }

// check answers for all functions of a card, after having blocked if told to.
static ret check(dev d)
{
	if (of(d, BLOCKS) && get(BLOCK)) {
		add(BLOCKED, 1);
		while (get(BLOCK))
			usleep(500);
		add(BLOCKED, -1);
	}
	if (get(INITS) <= 0)
		return 1;
	return (ret)of(d, CODE);
}

ret nvmlInit_v2(void)
{
	add(INIT_CALLS, 1);
	if (get(INIT_CODE))
		return (ret)get(INIT_CODE);
	if (get(INITS) == 0)
		set(SHOWN, get(COUNT)); // cards that come later are seen at the next start
	add(INITS, 1);
	return 0;
}

#ifndef NO_SHUTDOWN
ret nvmlShutdown(void)
{
	add(SHUTDOWN_CALLS, 1);
	if (get(INITS) <= 0)
		return 1;
	add(INITS, -1);
	return 0;
}
#endif

ret nvmlDeviceGetCount_v2(u32 *n)
{
	*n = (u32)get(SHOWN);
	return get(INITS) > 0 ? 0 : 1;
}

ret nvmlDeviceGetHandleByIndex_v2(u32 i, dev *d)
{
	*d = (dev)(long)(i + 1);
	return check(*d);
}

ret nvmlDeviceGetUUID(dev d, char *s, u32 n)
{
	if (part(d) >= 0)
		snprintf(s, n, "MIG-%08x-0000-0000-0000-%012x", number(d), part(d));
	else
		snprintf(s, n, "GPU-%08x-0000-0000-0000-000000000000", (u32)of(d, SERIAL));
	ret r = check(d);
	return r ? r : (ret)of(d, UUID_CODE);
}

#ifndef BARE
ret nvmlDeviceGetName(dev d, char *s, u32 n)
{
	snprintf(s, n, "NVIDIA Fake 80GB");
	return check(d);
}

struct pci {
	char legacy[16];
	u32 domain, bus, device, id, subsystem;
	char text[32];
};

ret nvmlDeviceGetPciInfo_v3(dev d, struct pci *p)
{
	memset(p, 0, sizeof *p);
	p->bus = 0x3b + (u32)number(d);
	snprintf(p->text, sizeof p->text, "%08X:%02X:%02X.0", p->domain, p->bus, p->device);
	return check(d);
}

ret nvmlDeviceGetCudaComputeCapability(dev d, int *major, int *minor)
{
	*major = (int)of(d, MAJOR);
	*minor = (int)of(d, MINOR);
	return check(d);
}

struct memory {
	u64 total, available, used;
};

ret nvmlDeviceGetMemoryInfo(dev d, struct memory *m)
{
	memset(m, 0, sizeof *m);
	m->total = (u64)of(d, MEMORY);
	return check(d);
}

ret nvmlDeviceGetEnforcedPowerLimit(dev d, u32 *mW)
{
	*mW = (u32)of(d, LIMIT_MW);
	return check(d);
}
#endif

#ifndef NO_ENERGY
ret nvmlDeviceGetTotalEnergyConsumption(dev d, u64 *mJ)
{
	add(ENERGY_CALLS, 1);
	*mJ = (u64)of(d, ENERGY_MJ);
	ret r = check(d);
	return r ? r : (ret)of(d, ENERGY_CODE);
}
#endif

#ifndef NO_POWER
ret nvmlDeviceGetPowerUsage(dev d, u32 *mW)
{
	add(POWER_CALLS, 1);
	*mW = (u32)of(d, POWER_MW);
	ret r = check(d);
	return r ? r : (ret)of(d, POWER_CODE);
}
#endif

struct field {
	u32 id, scope;
	long long stamp, latency;
	int type, ret;
	union {
		double d;
		u32 ui;
		unsigned long ul;
		u64 ull;
		long long sll;
		int si;
		unsigned short us;
	} v;
};

static void fill(struct field *f, long long v, int type, int code)
{
	memset(&f->v, 0xa5, sizeof f->v); // whatever stood there
	f->type = type;
	f->ret = code;
	switch (type) {
	case 0: f->v.d = (double)v; break;
	case 1: f->v.ui = (u32)v; break;
	case 2: f->v.ul = (unsigned long)v; break;
	case 3: f->v.ull = (u64)v; break;
	case 4: f->v.sll = v; break;
	case 5: f->v.si = (int)v; break;
	case 6: f->v.us = (unsigned short)v; break;
	}
}

#ifndef NO_FIELDS
ret nvmlDeviceGetFieldValues(dev d, int n, struct field *f)
{
	add(FIELDS_CALLS, 1);
	ret r = check(d);
	if (!r)
		r = (ret)of(d, FIELDS_CODE);
	for (int i = 0; !r && i < n; i++) {
		int module = f[i].scope == 1, more = module ? 500000 : 0;
		int absent = f[i].scope > 1 || (module && !of(d, MODULE)) ? 3 : 0;
		switch (f[i].id) {
#ifndef NO_ENERGY
		case 83: fill(&f[i], of(d, ENERGY_MJ), (int)of(d, ENERGY_TYPE), (int)of(d, ENERGY_RET)); break;
#endif
		case 185: fill(&f[i], of(d, AVERAGE_MW) + more, (int)of(d, AVERAGE_TYPE), absent ? 3 : (int)of(d, AVERAGE_RET)); break;
		case 186: fill(&f[i], of(d, INSTANT_MW) + more, (int)of(d, INSTANT_TYPE), absent ? 3 : (int)of(d, INSTANT_RET)); break;
		case 188: fill(&f[i], of(d, LIMIT_MW) + more, 1, absent || !of(d, LIMIT_MW) ? 3 : 0); break;
		default: fill(&f[i], 0, 1, 3);
		}
	}
	return r;
}
#endif

#ifndef BARE
struct busy {
	u32 pid;
	u64 stamp;
	u32 sm, mem, enc, dec;
};

ret nvmlDeviceGetProcessUtilization(dev d, struct busy *u, u32 *n, u64 since)
{
	add(UTIL_CALLS, 1);
	set(UTIL_SINCE, (long long)since);
	ret r = check(d);
	if (r || (r = (ret)get(UTIL_CODE)))
		return r;
	u32 have = (u32)get(UTIL_COUNT);
	if (!u) {
		*n = have;
		return 7; // with 0 too, as some drivers do
	}
	if (get(UTIL_GROW)) { // two more have come since the number was asked for
		add(UTIL_GROW, -1);
		have += 2;
	}
	if (*n < have) {
		*n = have;
		return 7;
	}
	for (u32 i = 0; i < have; i++)
		u[i] = (struct busy){1000 + i, (u64)get(UTIL_STAMP), 50 / (i + 1), 0, 0, 0};
	*n = have;
	return 0;
}

struct proc {
	u32 pid;
	u64 memory;
	u32 gi, ci;
};

static ret list(dev d, u32 *n, struct proc *p, u32 have, u32 first)
{
	ret r = check(d);
	if (r || (r = (ret)of(d, PROCS_CODE)))
		return r;
	if (get(PROCS_GROW)) { // an answer that cannot be: more than fits, and success
		add(PROCS_GROW, -1);
		*n = have + 100;
		return 0;
	}
	if (*n < have) {
		*n = have;
		return 7;
	}
	for (u32 i = 0; i < have; i++) // the memory of every second one is not known
		p[i] = (struct proc){first + i, i % 2 ? ~0ull : 1ull << 30, ~0u, ~0u};
	*n = have;
	return 0;
}

ret nvmlDeviceGetComputeRunningProcesses_v3(dev d, u32 *n, struct proc *p)
{
	return list(d, n, p, (u32)get(PROCS), part(d) < 0 ? 1000 : 2000 + 100 * (u32)part(d));
}

ret nvmlDeviceGetMPSComputeRunningProcesses_v3(dev d, u32 *n, struct proc *p)
{
	return list(d, n, p, (u32)get(MPS), 1001);
}
#endif

#ifndef NO_MIG
ret nvmlDeviceGetMigMode(dev d, u32 *current, u32 *pending)
{
	*current = *pending = (u32)get(MIG_ON);
	return check(d);
}

ret nvmlDeviceGetMaxMigDeviceCount(dev d, u32 *n)
{
	*n = 7;
	return check(d);
}

ret nvmlDeviceGetMigDeviceHandleByIndex(dev d, u32 i, dev *m)
{
	ret r = check(d);
	if (!r && i >= (u32)get(MIG_COUNT))
		return 6;
	*m = (dev)((long)d | (long)(i + 1) << 8);
	return r;
}

struct attributes {
	u32 sms, copies, decoders, encoders, jpegs, ofas, gpu_slices, compute_slices;
	u64 memory;
};

// The partitions are 1g, 3g, 1g, … of 7; sizes as on an H100 of 80 GB.
ret nvmlDeviceGetAttributes_v2(dev d, struct attributes *a)
{
	int three = part(d) % 2;
	memset(a, 0, sizeof *a);
	a->gpu_slices = a->compute_slices = three ? 3 : 1;
	a->memory = three ? 40448 : 9856;
	return part(d) < 0 ? 2 : check(d);
}
#endif
