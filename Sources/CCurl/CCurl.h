// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo take variable arguments, which Swift cannot call.

static inline CURLcode bluezone_curl_set_number(CURL *_Nonnull handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode bluezone_curl_set_size(CURL *_Nonnull handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

// libcurl keeps a copy of the text.
static inline CURLcode bluezone_curl_set_text(CURL *_Nonnull handle, CURLoption option, const char *_Nonnull value) {
    return curl_easy_setopt(handle, option, value);
}

// libcurl keeps a copy of the body, as long as the text: a text has no zero bytes.
static inline CURLcode bluezone_curl_set_body(CURL *_Nonnull handle, const char *_Nonnull body, curl_off_t length) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, length);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, body) : code;
}

// The list must live until the handle is cleaned up or gets another.
static inline CURLcode bluezone_curl_set_headers(CURL *_Nonnull handle, struct curl_slist *_Nullable headers) {
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
}

typedef size_t (*bluezone_curl_receiver)(char *_Nullable bytes, size_t one, size_t count, void *_Nullable context);

// Both callbacks get the same context, which must outlive the transfer.
static inline void bluezone_curl_set_receivers(CURL *_Nonnull handle, bluezone_curl_receiver _Nonnull header,
                                               bluezone_curl_receiver _Nonnull body, void *_Nonnull context) {
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}
