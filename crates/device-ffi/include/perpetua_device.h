/* The device client of Perpetua for C. Guide: docs/publishers-guide.md.
 *
 * Rules. A text goes in as a pointer to UTF-8 and its length in bytes; null with length 0 is the empty text. Every call
 * gives an answer that is never null and that you free. Texts that an answer lends have no end mark and live as long
 * as the answer. One device may be used by several threads at once. Nothing is thrown and nothing aborts.
 */
#ifndef PERPETUA_DEVICE_H
#define PERPETUA_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PerpetuaDevice PerpetuaDevice;
typedef struct PerpetuaAnswer PerpetuaAnswer;

/* The status of an answer; the same numbers are the exit codes of the command line. */
enum {
    PERPETUA_OK = 0,             /* done, or licensed in full */
    PERPETUA_HERE = 1,           /* this machine: a folder without rights, settings, misuse of this interface */
    PERPETUA_REFUSED = 3,        /* the installation said no, or a look at the key or code did */
    PERPETUA_UNREACHABLE = 4,    /* no network or no answer: try again later, nothing has changed */
    PERPETUA_DOCUMENT = 5,       /* a file or an answer that is not acceptable here */
    PERPETUA_TAMPERED = 6,       /* the stored state was altered: stop, and offer to activate again */
    PERPETUA_REMIND = 10,        /* licensed, and say that a refresh is overdue */
    PERPETUA_REDUCE = 11,        /* run with less */
    PERPETUA_STOP = 12,          /* stop */
    PERPETUA_NOT_ACTIVATED = 13  /* ask for a product key */
};

/* software: the JSON that `perpetua-device pin` printed, built in or read from beside the program.
 * folder: where machine key and state are kept; one folder per product, the same account every time.
 * language: "en" or "cs", or a locale. Null when that cannot work; then *failure, unless failure is null, is an answer. */
PerpetuaDevice *perpetua_open(const char *software, size_t software_length, const char *folder, size_t folder_length,
                              const char *language, size_t language_length, PerpetuaAnswer **failure);
void perpetua_free(PerpetuaDevice *device);

/* May the software run here now? Asks nobody. The status is PERPETUA_OK, _REMIND, _REDUCE, _STOP or _NOT_ACTIVATED, or
 * _TAMPERED; the text is JSON with the details. */
PerpetuaAnswer *perpetua_verify(const PerpetuaDevice *device);

/* These ask the installation. A second call after a lost answer changes nothing twice. */
PerpetuaAnswer *perpetua_activate(const PerpetuaDevice *device, const char *key, size_t key_length,
                                  const char *machine_name, size_t machine_name_length);
PerpetuaAnswer *perpetua_refresh(const PerpetuaDevice *device);
PerpetuaAnswer *perpetua_return(const PerpetuaDevice *device);
PerpetuaAnswer *perpetua_status(const PerpetuaDevice *device);
PerpetuaAnswer *perpetua_refresh_list(const PerpetuaDevice *device);

/* Without network: the text is a file to carry out. Kinds: 2 refresh, 3 return, 4 status. */
PerpetuaAnswer *perpetua_request_activation(const PerpetuaDevice *device, const char *key, size_t key_length,
                                            const char *machine_name, size_t machine_name_length);
PerpetuaAnswer *perpetua_request(const PerpetuaDevice *device, uint8_t kind);
/* Takes a response file, the text of a QR code, a chain or a revocation list. */
PerpetuaAnswer *perpetua_import(const PerpetuaDevice *device, const char *content, size_t content_length);

/* Typed codes, if the publisher built the product's secret in. The text of the first is nine groups of digits; that of
 * perpetua_code_groups has a character per group: '+' good, 'x' wrong, '.' not whole yet. */
PerpetuaAnswer *perpetua_code_request(const PerpetuaDevice *device, const char *key, size_t key_length);
PerpetuaAnswer *perpetua_code_accept(const PerpetuaDevice *device, const char *code, size_t code_length);
PerpetuaAnswer *perpetua_code_groups(const char *code, size_t code_length);

/* After PERPETUA_TAMPERED: gives the state up. The machine key stays, so activating again counts once. */
PerpetuaAnswer *perpetua_start_over(const PerpetuaDevice *device);

int32_t perpetua_answer_status(const PerpetuaAnswer *answer);
/* When the license changes or changed, in seconds since 1970; 0 for none. */
int64_t perpetua_answer_at(const PerpetuaAnswer *answer);
const char *perpetua_answer_code(const PerpetuaAnswer *answer, size_t *length);
const char *perpetua_answer_sentence(const PerpetuaAnswer *answer, size_t *length);
const char *perpetua_answer_text(const PerpetuaAnswer *answer, size_t *length);
void perpetua_answer_free(PerpetuaAnswer *answer);

#ifdef __cplusplus
}
#endif

#endif
