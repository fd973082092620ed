/* What a program says to the people who use it, by key.
 *
 * Strings end in a NUL. The phrases were typed in over twenty years, on whatever machines there were: most of
 * them are UTF-8, and nothing checks that.
 *
 * Who frees: each function says so. "Yours" is a block that the library has allocated. It must be given back once,
 * to phrase_free and to nothing else, since the library keeps account of its blocks.
 *
 * Any thread may call any of the functions at any time, and may read and give back any block.
 */
#ifndef PHRASEBOOK_H
#define PHRASEBOOK_H

#include <stddef.h>

/* The bytes of the longest text that phrase_fill makes, without its NUL. */
#define PHRASE_LONGEST 80

enum phrase_status {
    PHRASE_OK = 0,
    PHRASE_UNKNOWN = 1,   /* there is no such key */
    PHRASE_NO_BLANK = 2,  /* the phrase has no blank to fill in */
    PHRASE_TOO_LONG = 3,  /* the text has more than PHRASE_LONGEST bytes */
    PHRASE_NO_MEMORY = 4
};

/* The language of the phrases: a tag in ASCII, such as "en". It belongs to the library and stays as it is until
 * the program ends. */
const char *phrase_language(void);

/* The phrase of `key`, yours; or NULL if there is none. `key` is read during the call and not kept. */
char *phrase_get(const char *key);

/* The phrase of `key`, with `argument` in the place of its blank, which is a "%". Both are read during the call and
 * not kept.
 *
 * With PHRASE_OK, *text is yours. With any other status, *complaint is yours and says in ASCII what is wrong, or is NULL if
 * the library has nothing to add. With PHRASE_TOO_LONG, *text is yours as well: as much of it as there is room for.
 * Whatever is not mentioned here is set to NULL. */
int phrase_fill(const char *key, const char *argument, char **text, char **complaint);

/* Takes back a block, or does nothing with NULL. */
void phrase_free(char *block);

/* For tests: the blocks that were allocated so far, those of them that were not given back yet, and how many times
 * phrase_free was called with something that is no block, or no longer. */
size_t phrase_blocks_made(void);
size_t phrase_blocks_live(void);
size_t phrase_wrong_frees(void);

/* For tests: whether `address` is the first byte of a block that was not given back yet. */
int phrase_is_block(const void *address);

#endif
