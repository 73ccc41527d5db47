// SPDX-License-Identifier: GPL-3.0-or-later
// The one door to libcurl.

internal import CCurl
internal import Platform
internal import Settings

/// One thing to fetch.
struct TransferRequest {
    var url: SourceURL
    /// More bytes than this, those already here included, end the transfer.
    var maximumBytes: Int
    /// Bytes already here; the answer then holds what follows them.
    var offset = 0
    /// The tag or date that the bytes already here came with: the rest must belong to the same.
    var validator: String?
    /// A tag: when the server still has this, it answers without content.
    var knownTag: String?
    /// What is posted; nil for fetching. What a server answers to a post counts whatever its number.
    var body: String?
    /// More headers, each `Name: value`.
    var headers: [String] = []
}

/// What a server said about what it sent.
struct TransferAnswer: Hashable {
    /// HTTP's number; 200 for a file.
    var status = 200
    var etag: String?
    var lastModified: String?

    /// The server still has what `knownTag` names.
    var isUnchanged: Bool { status == 304 }
    /// What shows that a later answer continues this one: a strong tag, or else the date.
    var validator: String? { etag.flatMap { $0.hasPrefix("W/") ? nil : $0 } ?? lastModified }
}

/// Fetches `request`, blocking, and hands its content to `receive` in pieces.
///
/// No redirect leaves https, no file is reached by one, nothing is kept between transfers: no cookie, no login.
func fetch(
    _ request: TransferRequest, receive: @escaping (TransferAnswer, Span<UInt8>) throws(SystemError) -> Void
) throws(SyncError) -> TransferAnswer {
    let url = request.url.description
    guard isReady, let handle = unsafe curl_easy_init() else {
        throw .transfer(url: url, reason: "libcurl could not start")
    }
    defer { unsafe curl_easy_cleanup(handle) }
    let reception = Reception(
        room: request.maximumBytes - request.offset, takesErrors: request.body != nil, receive: receive)
    let headers = unsafe conditions(of: request)
    defer { unsafe curl_slist_free_all(headers) }
    unsafe configure(handle, for: request)
    unsafe bluezone_curl_set_headers(handle, headers)
    unsafe bluezone_curl_set_receivers(
        handle, takeHeader, takeBody, Unmanaged.passUnretained(reception).toOpaque())
    let code = withExtendedLifetime(reception) { unsafe curl_easy_perform(handle) }
    return try outcome(code, of: reception, request)
}

/// libcurl's global start, once for the process and before any transfer.
private let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

private func configure(_ handle: UnsafeMutableRawPointer, for request: TransferRequest) {
    func number(_ option: CURLoption, _ value: Int) { unsafe bluezone_curl_set_number(handle, option, value) }
    func size(_ option: CURLoption, _ value: Int) { unsafe bluezone_curl_set_size(handle, option, Int(value)) }
    func text(_ option: CURLoption, _ value: String) { unsafe bluezone_curl_set_text(handle, option, value) }
    let isSecure = request.url.scheme == .https
    text(CURLOPT_URL, request.url.description)
    text(CURLOPT_PROTOCOLS_STR, isSecure ? "https" : request.url.scheme == .file ? "file" : "http")
    text(CURLOPT_REDIR_PROTOCOLS_STR, "https")
    // What is posted goes to nobody else.
    number(CURLOPT_FOLLOWLOCATION, isSecure && request.body == nil ? 1 : 0)
    number(CURLOPT_MAXREDIRS, 3)
    number(CURLOPT_FAILONERROR, request.body == nil ? 1 : 0)
    number(CURLOPT_NOSIGNAL, 1)
    number(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    number(CURLOPT_CONNECTTIMEOUT, 30)
    // Slower than 50 bytes a second for a minute is as good as gone.
    number(CURLOPT_LOW_SPEED_LIMIT, 50)
    number(CURLOPT_LOW_SPEED_TIME, 60)
    size(CURLOPT_MAXFILESIZE_LARGE, max(1, request.maximumBytes - request.offset))
    text(CURLOPT_USERAGENT, "bluezone-sync")
    if request.offset > 0 { size(CURLOPT_RESUME_FROM_LARGE, request.offset) }
    guard let body = request.body else { return }
    unsafe bluezone_curl_set_body(handle, body, Int(body.utf8.count))
    // A header's length on the wire is then the length of its text.
    number(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    number(CURLOPT_TIMEOUT, 60)
}

/// The conditional headers; the caller frees the list.
private func conditions(of request: TransferRequest) -> UnsafeMutablePointer<curl_slist>? {
    var list: UnsafeMutablePointer<curl_slist>?
    if let tag = request.knownTag { unsafe list = curl_slist_append(list, "If-None-Match: " + tag) }
    if request.offset > 0, let validator = request.validator {
        unsafe list = curl_slist_append(list, "If-Range: " + validator)
    }
    for header in request.headers { unsafe list = curl_slist_append(list, header) }
    return unsafe list
}

private func outcome(
    _ code: CURLcode, of reception: Reception, _ request: TransferRequest
) throws(SyncError) -> TransferAnswer {
    let url = request.url.description
    if let error = reception.error { throw .disk(error) }
    if reception.isTooLong || code == CURLE_FILESIZE_EXCEEDED {
        throw .tooLarge(url: url, limit: request.maximumBytes)
    }
    let status = reception.answer.status
    if code == CURLE_RANGE_ERROR || code == CURLE_BAD_DOWNLOAD_RESUME || status == 416 { throw .notResumable(url: url) }
    if request.body == nil && status != 200 && status != 206 && status != 304 {
        throw .transfer(url: url, reason: "the server answered HTTP \(status)")
    }
    guard code == CURLE_OK else {
        throw .transfer(url: url, reason: unsafe String(cString: curl_easy_strerror(code)))
    }
    // A server that overlooked If-Range sent the middle of something else.
    if request.offset > 0, let validator = reception.answer.validator, validator != request.validator {
        throw .notResumable(url: url)
    }
    return reception.answer
}
