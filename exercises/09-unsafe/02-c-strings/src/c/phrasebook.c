#include "phrasebook.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- The account of blocks ---- */

/* Addresses are kept with their bits flipped. As they are, they would be pointers to every block, and valgrind would
 * call a lost block "still reachable". */
static uintptr_t *account;
static size_t live, room, made, wrong;
static atomic_flag busy = ATOMIC_FLAG_INIT;

static void lock(void) {
    while (atomic_flag_test_and_set(&busy)) {
    }
}

static void unlock(void) {
    atomic_flag_clear(&busy);
}

/* Where a block stands in the account; `live` if it does not. */
static size_t find(const void *block) {
    size_t at = 0;
    while (at < live && account[at] != ~(uintptr_t)block) {
        at++;
    }
    return at;
}

static char *allocate(size_t size) {
    char *block = malloc(size);
    lock();
    if (block != NULL && live == room) {
        size_t more = room + 64;
        uintptr_t *larger = realloc(account, more * sizeof *account);
        if (larger != NULL) {
            account = larger;
            room = more;
        } else {
            free(block);
            block = NULL;
        }
    }
    if (block != NULL) {
        account[live++] = ~(uintptr_t)block;
        made++;
    }
    unlock();
    return block;
}

void phrase_free(char *block) {
    if (block == NULL) {
        return;
    }
    lock();
    size_t at = find(block);
    int known = at < live;
    if (known) {
        account[at] = account[--live];
    } else {
        wrong++;
    }
    unlock();
    /* What is no block of ours is left alone: the tests want to hear of it, and not to crash. */
    if (known) {
        free(block);
    }
}

static size_t read_locked(const size_t *count) {
    lock();
    size_t value = *count;
    unlock();
    return value;
}

size_t phrase_blocks_made(void) {
    return read_locked(&made);
}

size_t phrase_blocks_live(void) {
    return read_locked(&live);
}

size_t phrase_wrong_frees(void) {
    return read_locked(&wrong);
}

int phrase_is_block(const void *address) {
    lock();
    int known = find(address) < live;
    unlock();
    return known;
}

/* ---- The phrases ---- */

static const struct {
    const char *key;
    const char *phrase;
} phrases[] = {
    {"greeting", "Gr\xc3\xbc\xc3\x9f Gott"},
    {"thanks", "Danke"},
    {"silence", ""},
    {"welcome", "Willkommen, %!"},
    /* Typed in on a machine of the last century, whose umlauts had one byte. */
    {"farewell", "Auf Wiederh\xf6ren"},
    {"welcome back", "Sch\xf6n, dass du wieder da bist, %"},
};

static const char *look_up(const char *key) {
    for (size_t at = 0; at < sizeof phrases / sizeof *phrases; at++) {
        if (strcmp(phrases[at].key, key) == 0) {
            return phrases[at].phrase;
        }
    }
    return NULL;
}

static char *copy(const char *string) {
    size_t size = strlen(string) + 1;
    char *block = allocate(size);
    if (block != NULL) {
        memcpy(block, string, size);
    }
    return block;
}

const char *phrase_language(void) {
    return "de";
}

char *phrase_get(const char *key) {
    const char *phrase = look_up(key);
    return phrase == NULL ? NULL : copy(phrase);
}

int phrase_fill(const char *key, const char *argument, char **text, char **complaint) {
    *text = NULL;
    *complaint = NULL;
    const char *phrase = look_up(key);
    if (phrase == NULL) {
        *complaint = copy("no phrase has this key");
        return PHRASE_UNKNOWN;
    }
    const char *blank = strchr(phrase, '%');
    if (blank == NULL) {
        return PHRASE_NO_BLANK;
    }
    size_t before = (size_t)(blank - phrase);
    size_t length = strlen(phrase) - 1 + strlen(argument);
    size_t kept = length < PHRASE_LONGEST ? length : PHRASE_LONGEST;
    char *whole = malloc(length + 1);
    *text = allocate(kept + 1);
    if (whole == NULL || *text == NULL) {
        free(whole);
        phrase_free(*text);
        *text = NULL;
        return PHRASE_NO_MEMORY;
    }
    memcpy(whole, phrase, before);
    strcpy(whole + before, argument);
    strcat(whole, blank + 1);
    memcpy(*text, whole, kept);
    (*text)[kept] = '\0';
    free(whole);
    if (kept < length) {
        *complaint = copy("the text is too long");
        return PHRASE_TOO_LONG;
    }
    return PHRASE_OK;
}
