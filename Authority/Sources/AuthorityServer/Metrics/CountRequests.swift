// SPDX-License-Identifier: GPL-3.0-or-later

internal import HTTPTypes
internal import Hummingbird

/// Counts every request by the route that answered it, never by its address: what nobody answers is one route.
struct CountRequests: RouterMiddleware {
    typealias Context = AuthorityContext

    let metrics: Metrics

    @concurrent
    func handle(
        _ request: Request, context: AuthorityContext,
        next: @concurrent (Request, AuthorityContext) async throws -> Response
    ) async throws -> Response {
        do {
            let response = try await next(request, context)
            count(context, response.status.code)
            return response
        } catch {
            count(context, (error as? any HTTPResponseError)?.status.code ?? 500)
            throw error
        }
    }

    private func count(_ context: AuthorityContext, _ status: Int) {
        metrics.count(
            .requests,
            [
                .init(name: "route", value: context.endpointPath ?? "none"),
                .init(name: "status", value: String(status)),
            ])
    }
}
