// A kernel that tells its neighbours a number, and mixes what it hears into its own: for the tests of networks.

typedef unsigned int u32;
typedef int i32;

struct host {
    u32 version;
    u32 (*now)(const struct host *);
    u32 (*entropy)(const struct host *);
    u32 (*node_id)(const struct host *);
    void *others[7];
    u32 (*send)(const struct host *, u32, u32, u32, const void *, u32);
};

// An event, and behind it what was heard.
struct event {
    u32 kind, symbol, value, missed;
    u32 from, to, id, strength, hops, zero;
    u32 payload[3];
};

struct state {
    u32 number, mixed, sent, refused, heard;
    u32 message[3];
};

u32 on_init(struct state *state, const struct host *host, const struct event *event) {
    state->number = event->value;
    return host->version == 0x00010000 ? 0 : 5;
}

static void tell(struct state *state, const struct host *host, u32 to) {
    state->message[0] = state->number;
    state->message[1] = state->heard;
    state->message[2] = host->now(host);
    u32 id = host->send(host, 0, to, 200 << 16, state->message, 12);
    state->mixed = state->mixed * 31 + id;
    if (id) state->sent++;
    else state->refused++;
}

u32 on_tick(struct state *state, const struct host *host, const struct event *event) {
    state->number = state->number * 1664525 + 1013904223 + host->entropy(host);
    tell(state, host, 0xFFFFFFFF);
    return event->kind == 2 ? 0 : 5;
}

// Answers to the sender alone, now and then.
u32 on_heard(struct state *state, const struct host *host, const struct event *event) {
    state->heard++;
    u32 mixed = state->mixed;
    for (u32 i = 0; i < 3; i++) mixed = mixed * 31 + event->payload[i];
    state->mixed = mixed ^ event->from ^ event->id ^ event->strength ^ host->now(host);
    if (state->heard % 5 == 0) tell(state, host, event->from);
    return event->value == 12 ? 0 : 5;
}
