/* A sample product, "Counter", which counts when it is licensed: the program of docs/publishers-guide.md in C.
 *
 *   counter SETTINGS FOLDER [activate NAME | refresh | return | request FILE | import FILE]
 *
 * The product key comes on standard input. Without a command it does its work. A product would build the settings in
 * as a string. Build: cc counter.c -I ../../crates/device-ffi/include -lperpetua_device_ffi
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "perpetua_device.h"

enum { LIMIT = 1 << 20 };

struct content {
    char *bytes;
    size_t length;
};

/* Everything that a stream gives, up to the limit; never null. */
static struct content read_all(FILE *stream) {
    struct content content = {malloc(LIMIT), 0};
    if (content.bytes == NULL) {
        exit(PERPETUA_HERE);
    }
    content.length = fread(content.bytes, 1, LIMIT, stream);
    return content;
}

static struct content read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(PERPETUA_HERE);
    }
    struct content content = read_all(file);
    fclose(file);
    return content;
}

/* Says what an answer says, frees it and gives its status. */
static int told(PerpetuaAnswer *answer) {
    size_t length;
    const char *sentence = perpetua_answer_sentence(answer, &length);
    int status = perpetua_answer_status(answer);
    if (length > 0) {
        printf("%.*s\n", (int)length, sentence);
    }
    perpetua_answer_free(answer);
    return status;
}

/* What the product is for. */
static void work(int upto) {
    for (int number = 1; number <= upto; number++) {
        printf(number < upto ? "%d " : "%d\n", number);
    }
}

/* Asks nobody; only what the machine keeps decides. */
static int start(const PerpetuaDevice *device) {
    PerpetuaAnswer *answer = perpetua_verify(device);
    switch (perpetua_answer_status(answer)) {
    case PERPETUA_OK:
        perpetua_answer_free(answer);
        work(10);
        return PERPETUA_OK;
    case PERPETUA_REMIND:
        told(answer);
        work(10);
        return PERPETUA_OK;
    case PERPETUA_REDUCE:
        told(answer);
        work(3);
        return PERPETUA_REDUCE;
    default:
        return told(answer);
    }
}

/* The text of an answer into a file. */
static int write_text(PerpetuaAnswer *answer, const char *path) {
    if (perpetua_answer_status(answer) != PERPETUA_OK) {
        return told(answer);
    }
    size_t length;
    const char *text = perpetua_answer_text(answer, &length);
    FILE *file = fopen(path, "wb");
    int failed = file == NULL || fwrite(text, 1, length, file) != length;
    if (file != NULL && fclose(file) != 0) {
        failed = 1;
    }
    perpetua_answer_free(answer);
    return failed ? PERPETUA_HERE : PERPETUA_OK;
}

static int command(const PerpetuaDevice *device, int count, char **words) {
    int status = 2;
    if (count == 2 && strcmp(words[0], "activate") == 0) {
        struct content key = read_all(stdin);
        status = told(perpetua_activate(device, key.bytes, key.length, words[1], strlen(words[1])));
        free(key.bytes);
    } else if (count == 1 && strcmp(words[0], "refresh") == 0) {
        status = told(perpetua_refresh(device));
    } else if (count == 1 && strcmp(words[0], "return") == 0) {
        status = told(perpetua_return(device));
    } else if (count == 2 && strcmp(words[0], "request") == 0) {
        struct content key = read_all(stdin);
        status = write_text(perpetua_request_activation(device, key.bytes, key.length, NULL, 0), words[1]);
        free(key.bytes);
    } else if (count == 2 && strcmp(words[0], "import") == 0) {
        struct content file = read_file(words[1]);
        status = told(perpetua_import(device, file.bytes, file.length));
        free(file.bytes);
    }
    return status;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fputs("counter SETTINGS FOLDER [activate NAME | refresh | return | request FILE | import FILE]\n", stderr);
        return 2;
    }
    struct content settings = read_file(argv[1]);
    PerpetuaAnswer *failure = NULL;
    PerpetuaDevice *device =
        perpetua_open(settings.bytes, settings.length, argv[2], strlen(argv[2]), "en", 2, &failure);
    free(settings.bytes);
    if (device == NULL) {
        return told(failure);
    }
    int status = argc == 3 ? start(device) : command(device, argc - 3, argv + 3);
    perpetua_free(device);
    return status;
}
