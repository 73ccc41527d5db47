// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation

/// An HTTP server of a test's own on 127.0.0.1, serving the folder `files`.
///
/// It knows tags, ranges and If-Range. Beside a file NAME, `NAME.cut` holds a number: the next answer breaks off after so
/// many bytes; `NAME.redirect` a place to point to; `NAME.untagged` leaves the tag out; `NAME.endless` never ends.
final class TestServer {
    private let server: PythonServer
    var folder: String { server.folder }
    private var port: Int { server.port }

    init() throws {
        server = try PythonServer("bluezone-sync", script: TestServer.script, inner: "files")
    }

    var spool: String { folder + "/state/spool" }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)/" + path }

    func serve(_ content: String, as name: String) throws { try serve(Data(content.utf8), as: name) }

    func serve(_ content: Data, as name: String) throws {
        let url = URL(fileURLWithPath: folder + "/files/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try content.write(to: url)
    }

    func withdraw(_ name: String) throws { try FileManager.default.removeItem(atPath: folder + "/files/" + name) }

    /// What was asked since the last call: `GET /a.zip`, `GET /a.zip from 100`, `GET /index.txt known`.
    /// Questions for a policy only when these are wanted: every run has one.
    func requests(withPolicy: Bool = false) throws -> [String] {
        let log = folder + "/log"
        guard let text = try? String(contentsOfFile: log, encoding: .utf8) else { return [] }
        try FileManager.default.removeItem(atPath: log)
        return text.split(separator: "\n").map(String.init).filter { withPolicy || !$0.contains("/policy.txt") }
    }

    /// The names in the spool, hidden ones included.
    func spooled() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: spool).sorted() }

    func spooled(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: spool + "/" + name)) }

    private static let script = """
        import http.server, os, sys, hashlib
        root = sys.argv[1]
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            def log_message(self, *a): pass
            def extra(self, name):
                try: return open(self.file + name).read()
                except OSError: return None
            def do_GET(self):
                self.file = root + '/files' + self.path
                asked, self.close_connection = self.headers.get('Range'), True
                with open(root + '/log', 'a') as log:
                    log.write('GET ' + self.path + (' from ' + asked[6:-1] if asked else '')
                              + (' known' if self.headers.get('If-None-Match') else '') + '\\n')
                if self.extra('.redirect'):
                    self.send_response(302); self.send_header('Location', self.extra('.redirect'))
                    self.send_header('Content-Length', '0'); self.end_headers(); return
                try: data = open(self.file, 'rb').read()
                except OSError:
                    self.send_response(404); self.send_header('Content-Length', '4'); self.end_headers()
                    self.wfile.write(b'gone'); return
                tag = None if self.extra('.untagged') else '"' + hashlib.sha256(data).hexdigest()[:16] + '"'
                if tag and self.headers.get('If-None-Match') == tag:
                    self.send_response(304); self.send_header('ETag', tag); self.end_headers(); return
                begin = int(asked[6:-1]) if asked and self.headers.get('If-Range') == tag else 0
                if begin > 0:
                    self.send_response(206)
                    self.send_header('Content-Range', f'bytes {begin}-{len(data) - 1}/{len(data)}')
                else: self.send_response(200)
                if tag: self.send_header('ETag', tag)
                if self.extra('.endless'):
                    self.end_headers()
                    try:
                        while True: self.wfile.write(data)
                    except OSError: return
                self.send_header('Content-Length', str(len(data) - begin)); self.end_headers()
                end = len(data)
                if self.extra('.cut'):
                    end = int(self.extra('.cut')); os.remove(self.file + '.cut')
                self.wfile.write(data[begin:end])
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        print(server.server_port, flush=True)
        server.serve_forever()
        """
}
