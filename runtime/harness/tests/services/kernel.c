// A kernel that uses every service, written by hand, for the tests of the nodes.

typedef unsigned int u32;
typedef int i32;

struct host {
    u32 version;
    u32 (*now)(const struct host *);
    u32 (*entropy)(const struct host *);
    u32 (*node_id)(const struct host *);
    i32 (*sense)(const struct host *, u32);
    u32 (*sense_age)(const struct host *, u32);
    void (*act)(const struct host *, u32, i32);
    void (*log)(const struct host *, u32, u32, const i32 *);
    void (*rearm)(const struct host *, u32, u32);
    u32 (*persist)(const struct host *, u32, u32, u32);
    u32 (*restore)(const struct host *, u32, u32, u32);
    u32 (*send)(const struct host *, u32, u32, u32, const void *, u32);
    void (*advertise)(const struct host *, u32, u32, const void *, u32);
    void (*publish)(const struct host *, u32, const void *, u32);
};

struct event {
    u32 kind, symbol, value, missed;
};

struct state {
    u32 seed, node, now, stored;
    u32 drawn[4];
    i32 sensed[3];
    u32 age[3];
    u32 answers[8];
    u32 mixed;
    u32 saved[300];
    u32 sent[8];
    u32 heard[74];
};

// Read-only data: where it is depends on where the image is.
static const u32 TABLE[8] = {3, 1, 4, 1, 5, 9, 2, 6};

u32 on_init(struct state *state, const struct host *host, const struct event *event) {
    state->seed = event->value;
    for (u32 i = 0; i < 300; i++) state->saved[i] = i * i;
    return host->version == 0x00010000 ? 0 : 5;
}

u32 on_start(struct state *state, const struct host *host, const struct event *event) {
    state->node = host->node_id(host);
    for (u32 i = 0; i < 4; i++) state->drawn[i] = host->entropy(host);
    return event->kind == 1 ? 0 : 5;
}

u32 on_tick(struct state *state, const struct host *host, const struct event *event) {
    state->now = host->now(host);
    for (u32 i = 0; i < 3; i++) {
        state->sensed[i] = host->sense(host, i);
        state->age[i] = host->sense_age(host, i);
    }
    for (u32 i = 0; i < 40; i++) state->mixed = state->mixed * 31 + TABLE[(state->mixed + i) & 7] + event->missed;
    host->act(host, 2, state->sensed[0] - state->sensed[1]);
    // One by one: an initialiser would become a call of memcpy.
    volatile i32 arguments[8];
    for (i32 i = 0; i < 8; i++) arguments[i] = i;
    arguments[0] = state->sensed[0];
    arguments[1] = -1;
    arguments[2] = (i32)state->mixed;
    host->log(host, 1, 8, (const i32 *)arguments);
    host->log(host, 0, 0, 0);
    host->rearm(host, 1, state->now & 1023);
    return 0;
}

u32 on_save(struct state *state, const struct host *host, const struct event *event) {
    u32 saved = (u32)((char *)state->saved - (char *)state);
    state->answers[0] = host->persist(host, 0, saved, sizeof state->saved);
    state->answers[1] = host->persist(host, 0, saved, 4);
    state->saved[0] += 1;
    state->answers[2] = host->restore(host, 1, saved, 16);
    state->answers[3] = host->restore(host, 1, saved, 16);
    state->answers[4] = host->persist(host, 2, sizeof *state - 4, 8);
    state->answers[5] = host->restore(host, 3, 0xFFFFFFFC, 8);
    state->answers[6] = host->persist(host, 40, saved, 4);
    return event->symbol == 1 ? 0 : 5;
}

// More records than a shell keeps.
u32 on_burst(struct state *state, const struct host *host, const struct event *event) {
    for (u32 i = 0; i < 200; i++) host->act(host, 2, (i32)(i ^ state->mixed));
    return event->symbol == 2 ? 0 : 5;
}

u32 on_fault(struct state *state, const struct host *host, const struct event *event) {
    state->mixed += 1;
    return host && event ? 3 : 5;
}

u32 on_trap(struct state *state, const struct host *host, const struct event *event) {
    (void)host, (void)event;
#ifdef __xtensa__
    state->mixed = *(volatile u32 *)0xF0000000;
    return 0;
#else
    state->mixed = 1;
    __builtin_trap();
#endif
}

u32 on_empty(struct state *state, const struct host *host, const struct event *event) {
    (void)state, (void)host, (void)event;
    return 0;
}

// So many turns of one loop.
u32 on_loop(struct state *state, const struct host *host, const struct event *event) {
    volatile u32 *mixed = &state->mixed;
    for (u32 i = 0; i < event->value; i++) *mixed += i;
    return host ? 0 : 5;
}

// Needs more stack than the smallest board has beside the state block.
u32 on_deep(struct state *state, const struct host *host, const struct event *event) {
    volatile u32 deep[500];
    for (u32 i = 0; i < 500; i++) deep[i] = i;
    return host && event && deep[499] == 499 && state ? 0 : 5;
}

u32 on_stored(struct state *state, const struct host *host, const struct event *event) {
    state->stored = state->stored * 16 + event->symbol * 4 + event->value;
    state->answers[7] = host->persist(host, 0, 0, 4);
    return 0;
}

// What goes out, and what is refused: each time one too much, or somewhere that is not.
u32 on_speak(struct state *state, const struct host *host, const struct event *event) {
    const u32 everybody = 0xFFFFFFFF, response = 0x80000000;
    state->sent[0] = host->send(host, 0, everybody, 0, TABLE, 32);
    state->sent[1] = host->send(host, 0, 7, 4 | 500 << 16, state->saved, 100);
    state->sent[2] = host->send(host, 0, everybody, 0, state->saved, 101);
    state->sent[3] = host->send(host, 1, everybody, 0, state->saved, 1);
    state->sent[4] = host->send(host, 0, everybody, 0, 0, 0);
    state->sent[5] = host->send(host, 0, everybody, 0, 0, 0xFFFFFFFF);
    host->advertise(host, 0, 1, TABLE, 24);
    host->advertise(host, 0, 1 | response, TABLE, 31);
    host->advertise(host, 0, 0, TABLE, 25);
    host->advertise(host, 0, 2, TABLE, 1);
    host->advertise(host, 1, 0, TABLE, 1);
    host->publish(host, 0, TABLE, 4);
    host->publish(host, 0, TABLE, 5);
    host->publish(host, 1, TABLE, 1);
    return event->symbol == 8 ? 0 : 5;
}

// Keeps the event with what follows it, as it came.
u32 on_heard(struct state *state, const struct host *host, const struct event *event) {
    const u32 *words = (const u32 *)event;
    u32 count = 10 + (event->value + 3) / 4;
    for (u32 i = 0; i < count; i++) state->heard[i] = words[i];
    return host && !((unsigned long)event & 3) ? 0 : 5;
}
