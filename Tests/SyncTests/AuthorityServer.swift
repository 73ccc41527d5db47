// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Publishing
import Settings

/// A health authority of a test's own on 127.0.0.1: verifies codes, certifies, takes keys whose HMAC is right.
///
/// Code 11111111 is good and F0, 33333333 is good and F1, 44444444 takes back, 22222222 expired, all others wrong. The next real request for STEP (verify,
/// certificate, publish) is answered with what stands in the file `next.STEP`: a number and a body, `drop`, which does
/// everything and says nothing, or `end`, which does nothing either. `next.chaff.STEP` is for a fake request.
final class AuthorityServer {
    /// A request as the network saw it.
    struct Request: Decodable {
        let step: String
        let isChaff: Bool
        /// Bytes of the head and of the body.
        let head: Int
        let body: Int
        let apiKey: String?
    }

    private let server: PythonServer
    var folder: String { server.folder }
    var port: Int { server.port }

    init() throws {
        server = try PythonServer("bluezone-authority", script: AuthorityServer.script)
    }

    /// The configuration of a device that knows this server; its state lies below `folder`.
    var configuration: String {
        "[Cases]\nSpool=\(folder)/state/spool\n"
            + "[Publish]\nServer=http://127.0.0.1:\(port)/\nAPIKey=device-key\nChaff=no\n"
    }

    /// A step's next real request is answered with this.
    func next(_ step: String, _ answer: String) throws {
        try answer.write(toFile: folder + "/next." + step, atomically: true, encoding: .utf8)
    }

    /// The requests since the last call.
    func requests() throws -> [Request] {
        let log = folder + "/log"
        guard let text = try? String(contentsOfFile: log, encoding: .utf8) else { return [] }
        try FileManager.default.removeItem(atPath: log)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Request.self, from: Data($0.utf8)) }
    }

    /// The bodies of weekly counts.
    func counted() throws -> [[String: String]] {
        guard let text = try? String(contentsOfFile: folder + "/counted", encoding: .utf8) else { return [] }
        return try text.split(separator: "\n").map {
            try JSONDecoder().decode([String: String].self, from: Data($0.utf8))
        }
    }

    /// The bodies of publications that the server took.
    func taken() throws -> [[String: Any]] {
        guard let text = try? String(contentsOfFile: folder + "/taken", encoding: .utf8) else { return [] }
        return try text.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
        }
    }

    private static let script = """
        import base64, hashlib, hmac, http.server, json, os, sys
        root = sys.argv[1]
        certified, known = {}, set()
        CODES = {'11111111': 'F0', '33333333': 'F1', '44444444': ''}
        TYPES = {'F0': 'confirmed', 'F1': 'recursive', '': 'negative'}
        class Wrong(Exception): pass
        def verify(body):
            if body['code'] == '22222222': raise Wrong('code_expired', 'the code has expired')
            if body['code'] not in CODES: raise Wrong('code_invalid', 'no such code')
            assert body['accept'] == ['confirmed', 'likely', 'recursive', 'negative']
            return {'token': 'token-' + body['code'], 'symptomDate': '2026-11-18', 'class': CODES[body['code']],
                    'testtype': TYPES[CODES[body['code']]], 'padding': 'x' * 700}
        def certificate(body):
            if not body['token'].startswith('token-'): raise Wrong('token_invalid', 'no such token')
            if certified.setdefault(body['token'], body['ekeyhmac']) != body['ekeyhmac']:
                raise Wrong('token_invalid', 'used before')
            return {'certificate': 'certificate.' + body['ekeyhmac']}
        def publish(body):
            parts = [f"{k['key']}.{k['rollingStartNumber']}.{k['rollingPeriod']}.{k['transmissionRisk']}"
                     for k in body['temporaryExposureKeys']]
            parts += [f"{k['key']}.{k['day']}.{k['firstSlot']}.{k['lastSlot']}" for k in body['bluezoneKeys']]
            code = hmac.new(base64.b64decode(body['hmacKey']), ','.join(sorted(parts)).encode(), hashlib.sha256)
            if body['verificationPayload'] != 'certificate.' + base64.b64encode(code.digest()).decode():
                raise Wrong('health_authority_verification_certificate_invalid', 'bad certificate')
            repeated = [k for k in parts if k in known]
            if repeated and len(repeated) < len(parts) and body['revisionToken'] != 'revision-%d' % len(known):
                raise Wrong('invalid_revision_token', 'whose are these?')
            known.update(parts)
            with open(root + '/taken', 'a') as file: file.write(json.dumps(body) + '\\n')
            return {'revisionToken': 'revision-%d' % len(known), 'insertedExposures': len(parts) - len(repeated)}
        def count(body):
            with open(root + '/counted', 'a') as file: file.write(json.dumps(body) + '\\n')
            return {'padding': 'x'}
        STEPS = {'/api/verify': verify, '/api/certificate': certificate, '/v1/publish': publish, '/v1/count': count}
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            def log_message(self, *a): pass
            def answer(self, status, text):
                self.send_response(status); self.send_header('Content-Length', str(len(text)))
                self.end_headers(); self.wfile.write(text)
            def do_POST(self):
                self.close_connection = True
                step = STEPS[self.path]
                raw = self.rfile.read(int(self.headers['Content-Length']))
                chaff = 'X-Chaff' in self.headers
                head = len(self.raw_requestline) + sum(len(n) + len(v) + 4 for n, v in self.headers.items()) + 2
                with open(root + '/log', 'a') as log:
                    log.write(json.dumps({'step': step.__name__, 'isChaff': chaff, 'head': head, 'body': len(raw),
                                          'apiKey': self.headers['X-API-Key']}) + '\\n')
                name = root + '/next.' + ('chaff.' if chaff else '') + step.__name__
                try: forced = open(name).read()
                except OSError: forced = None
                if chaff and not forced: return self.answer(200, b'{"padding":"x"}')
                if forced:
                    os.remove(name)
                    if forced == 'end': return
                    if forced != 'drop':
                        status, text = forced.split(' ', 1)
                        return self.answer(int(status), text.encode())
                try: status, answer = 200, step(json.loads(raw))
                except Wrong as wrong:
                    word = 'errorCode' if step in (verify, certificate) else 'code'
                    status, answer = 400, {'error': wrong.args[1], word: wrong.args[0]}
                if not forced: self.answer(status, json.dumps(answer).encode())
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        print(server.server_port, flush=True)
        server.serve_forever()
        """
}
