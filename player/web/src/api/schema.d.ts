// Generated from docs/reference/openapi-review.json by `npm run api`.

export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the service answers, and whether the intake takes frames.
         * @description A full intake is alive: it is answered with 200 too, for a restart would not make room.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Gauges and counters in the text format of Prometheus.
         * @description No label holds an id of a tenant, device or session.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain; version=0.0.4": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This interface as an `OpenAPI` 3.1 document. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description An OpenAPI document */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": unknown;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who looked, at what, and why. */
        get: {
            parameters: {
                query?: {
                    action?: components["schemas"]["ActionName"];
                    /** @description The `next` of the page before. */
                    cursor?: string;
                    /** @description At this instant or later. */
                    from?: string;
                    /** @description How many at most. Default 50. */
                    limit?: number;
                    /** @description At this session. */
                    session?: string;
                    /** @description At one tenant's; without it at those of all in which the login may see who looked. */
                    tenant?: string;
                    /** @description Before this instant. */
                    until?: string;
                    /** @description By somebody with this in their name, in any case. */
                    who?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccessPage"];
                    };
                };
                /** @description request-malformed: names the field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found: the tenant */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/access.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who looked, at what, and why, as a table of everything that the filters let through; `limit` and `cursor` count for
         *     nothing.
         */
        get: {
            parameters: {
                query?: {
                    action?: components["schemas"]["ActionName"];
                    /** @description The `next` of the page before. */
                    cursor?: string;
                    /** @description At this instant or later. */
                    from?: string;
                    /** @description How many at most. Default 50. */
                    limit?: number;
                    /** @description At this session. */
                    session?: string;
                    /** @description At one tenant's; without it at those of all in which the login may see who looked. */
                    tenant?: string;
                    /** @description Before this instant. */
                    until?: string;
                    /** @description By somebody with this in their name, in any case. */
                    who?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description RFC 4180, with a line of names */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
                /** @description request-malformed: names the field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found: the tenant */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was deleted, as its certificates say. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next` of the page before. */
                    cursor?: string;
                    /** @description How many at most. Default 50. */
                    limit?: number;
                    /** @description Of this session. */
                    session?: string;
                    /** @description One tenant's; without it those of all in which the login may see them. */
                    tenant?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CertificatePage"];
                    };
                };
                /** @description request-malformed: names the field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found: the tenant */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/certificates/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The certificate of a session's deletion, with every fact in it, and as it was signed. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    session: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Certificate"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description certificate-damaged */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/certificates/{session}/page": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The certificate of a session's deletion as a page to print, with the signed line. */
        get: {
            parameters: {
                query?: {
                    /** @description Default `en`. */
                    language?: components["schemas"]["LanguageName"];
                };
                header?: never;
                path: {
                    session: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description An HTML page that loads nothing */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": string;
                    };
                };
                /** @description request-malformed: names the field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description certificate-damaged */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deletions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is to be deleted, and what is being deleted. */
        get: {
            parameters: {
                query?: {
                    /** @description How many days. Default 31. */
                    days?: number;
                    /** @description The first day is the one that has this instant, in the zone. Today without it. */
                    from?: string;
                    /** @description One tenant's; without it those of all in which the login may see them. */
                    tenant?: string;
                    /**
                     * @description The time zone in which days begin, as IANA names it. Default `UTC`.
                     * @example Europe/Berlin
                     */
                    zone?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deletions"];
                    };
                };
                /** @description request-malformed: names the field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found: the tenant */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The devices of the tenants that the login sees. */
        get: {
            parameters: {
                query?: {
                    /** @description One tenant's; without it all that the login sees. */
                    tenant?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceList"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Exports, newest first: those that were asked for, and the bundles that the command line wrote without a request. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next` of the page before. */
                    cursor?: string;
                    /** @description How many at most. Default 50. */
                    limit?: number;
                    /** @description Of this session. */
                    session?: string;
                    state?: components["schemas"]["ExportStateName"];
                    /** @description One tenant's; without it those of all in which the login sees exports. */
                    tenant?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ExportList"];
                    };
                };
                /** @description request-malformed */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found: the tenant */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/{export}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An export, with its decision and the bundles that were begun under it. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    export: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ExportEntry"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/{export}/bundle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The evidence bundle of an approved export, to the user who asked for it.
         * @description It is made while it is sent: everything is judged again, the session's objects are compared with its chain, and the
         *     access record is committed before the first byte. What ends the right to it, and the deletion of its session, break the answer off;
         *     so does whatever goes wrong in the middle. A client sees that as an incomplete body: only a whole answer is a whole bundle.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    export: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A zip */
                200: {
                    headers: {
                        /** @description `attachment`, with the bundle's name */
                        "Content-Disposition"?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/zip": unknown;
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-own-request, password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description export-not-approved, session-damaged, session-purging */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description export-expired, session-deleted */
                410: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description exports-too-many */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description export-damaged */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/{export}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decides about an export, once and for all. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    export: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DecisionRequest"];
                };
            };
            responses: {
                /** @description Decided, and on record */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ExportEntry"];
                    };
                };
                /** @description request-malformed */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description own-request, password-change-required, role-forbidden, cross-origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description export-decided, session-purging */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description export-expired, session-deleted */
                410: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description body-too-large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description media-type-unsupported */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description request-invalid */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description export-damaged */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/holds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is held, by whom and why, and what was. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next` of the page before. */
                    cursor?: string;
                    /** @description How many at most. Default 50. */
                    limit?: number;
                    /** @description On this session, also where it was deleted since. */
                    session?: string;
                    /** @description Only those in force, or only released ones; without it all. */
                    state?: components["schemas"]["HoldStateName"];
                    /** @description One tenant's; without it those of all in which the login may see them. */
                    tenant?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["HoldPage"];
                    };
                };
                /** @description request-malformed: names the field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found: the tenant */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/holds/{hold}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Releases a hold. Where no other holds the session, its deadline counts again: what is due goes with the next run. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    hold: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ReleaseRequest"];
                };
            };
            responses: {
                /** @description Released, and on record */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Hold"];
                    };
                };
                /** @description request-malformed */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden, cross-origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description hold-released */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description body-too-large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description media-type-unsupported */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description request-invalid */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Logs in.
         * @description An unknown name, a disabled user, a wrong password and a one-time password of more than 72 hours are answered alike and as slowly. After five failures in a row from
         *     one network a name is locked there for a minute, then for twice as long each time, up to fifteen minutes, whether it exists or
         *     not; after 500 on one day from all networks together, everywhere.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["LoginRequest"];
                };
            };
            responses: {
                /** @description Logged in; the cookie `__Host-obhut` is set */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Me"];
                    };
                };
                /** @description login-failed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description cross-origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description body-too-large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description media-type-unsupported */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description request-invalid */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-locked: the name; too-many-requests: the network */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Logs out. The login's grants end with it. The cookie is taken away also where the login can't be ended, which is 503. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Logged out; the cookie is taken away */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description cross-origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is logged in. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Me"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets another password. The login gets another cookie, and the user's other logins end. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PasswordRequest"];
                };
            };
            responses: {
                /** @description Changed; the cookie `__Host-obhut` is another from now on */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description login-failed: the old password is wrong, login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description cross-origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description body-too-large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description media-type-unsupported */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description request-invalid: the new one does not fit or is the old one */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-locked, too-many-requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The sessions of the tenants that the login sees. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next` of the page before. */
                    cursor?: string;
                    /** @description Only those that may be deleted before this instant; they are listed by deadline then. */
                    deadline_before?: string;
                    /** @description Only those that may be deleted from this instant on, or later; they are listed by deadline then. */
                    deadline_from?: string;
                    /** @description One device's. */
                    device?: string;
                    /** @description Only those opened at this instant or later. */
                    from?: string;
                    /** @description Only those that a legal hold keeps, or only the others. */
                    held?: boolean;
                    kind?: components["schemas"]["SessionKindName"];
                    /** @description How many at most. Default 50. */
                    limit?: number;
                    /** @description By opening, the newest first (the default), or by deadline, the next first; those without one are left out then. */
                    order?: components["schemas"]["SessionOrderName"];
                    state?: components["schemas"]["SessionStateName"];
                    /** @description One tenant's; without it those of all that the login sees. */
                    tenant?: string;
                    /** @description Only those opened before this instant. */
                    until?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SessionPage"];
                    };
                };
                /** @description request-malformed: names the field */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found: the tenant */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A session of a tenant that the login sees. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    session: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SessionDetails"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description session-deleted: to whoever may read certificates */
                410: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["GoneProblem"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{session}/description": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the session is: who, why and which streams, as it was sealed. */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The opening's id */
                    Grant?: string | null;
                };
                path: {
                    session: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Description"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description grant-required, grant-expired, password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description frame-damaged: the description */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{session}/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks for an export.
         * @description Before anything is promised, the session's objects are compared with its chain. Where the tenant's policy wants an
         *     approval, somebody else has to give it; else the export is approved by being asked for.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    session: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ExportRequest"];
                };
            };
            responses: {
                /** @description Asked for, and on record */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ExportEntry"];
                    };
                };
                /** @description request-malformed */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden, cross-origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description session-open, session-purging, session-damaged */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description session-deleted */
                410: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description body-too-large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description media-type-unsupported */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description request-invalid */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{session}/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The session's grants that the login holds, newest first, without those that have ended. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    session: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["GrantList"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Opens a session.
         * @description The opening itself is on record, with who and why. It shows the session's description and index; each frame that is
         *     viewed under it is on record besides.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    session: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["GrantRequest"];
                };
            };
            responses: {
                /** @description Opened, and on record */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Grant"];
                    };
                };
                /** @description request-malformed */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden, cross-origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description body-too-large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description media-type-unsupported */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description request-invalid */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description grants-too-many: 100 of the login's are alive */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{session}/holds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Holds a session. An open one too. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    session: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["HoldRequest"];
                };
            };
            responses: {
                /** @description Held, and on record */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Hold"];
                    };
                };
                /** @description request-malformed */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden, cross-origin */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description session-purging: its deletion has begun */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["GoneProblem"];
                    };
                };
                /** @description session-deleted */
                410: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["GoneProblem"];
                    };
                };
                /** @description body-too-large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description media-type-unsupported */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description request-invalid */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{session}/streams/{stream}/frames": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A run of frames in one answer.
         * @description For each number of the range that the stream has, in order: a line of JSON, `{"seq","at","type","bytes","sha256"}`, and
         *     behind its line feed exactly so many bytes, the original's. A frame whose bytes don't check is the line
         *     `{"seq","damaged"}` without any. One access record covers the range; it is committed before the first byte is read. An
         *     answer that the server can't go on with is broken off, which the client sees as an incomplete body; so is one whose grant
         *     or login ends meanwhile.
         */
        get: {
            parameters: {
                query: {
                    /** @description The first number. */
                    first: number;
                    /** @description The last number, at most 255 more than the first. */
                    last: number;
                };
                header?: {
                    /** @description The opening's id */
                    Grant?: string | null;
                };
                path: {
                    session: string;
                    stream: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Lines of JSON with bytes between them */
                200: {
                    headers: {
                        /** @description The record that was committed for the range */
                        "Access-Record"?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/vnd.obhut.frames": unknown;
                    };
                };
                /** @description request-malformed */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description grant-required, grant-expired, outside-grant, password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description request-invalid: the range is empty or too long */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description frame-damaged: the session's description */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{session}/streams/{stream}/frames/{seq}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One frame's original bytes.
         * @description The access record of exactly this frame is committed before it is read. A frame whose bytes don't check is told as
         *     damaged, and none of them is shown.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The opening's id */
                    Grant?: string | null;
                };
                path: {
                    seq: number;
                    session: string;
                    stream: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The bytes as they came. What is no picture is `application/octet-stream`, to be saved */
                200: {
                    headers: {
                        /** @description The record that was committed for it */
                        "Access-Record"?: string;
                        /** @description The capture instant, as the agent says */
                        "Captured-At"?: string;
                        /** @description `sha-256=:<base64>:` (RFC 9530) */
                        "Content-Digest"?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "image/*": unknown;
                    };
                };
                /** @description request-malformed */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description grant-required, grant-expired, outside-grant, password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found, frame-unknown */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description frame-damaged */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{session}/streams/{stream}/index": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which frames there are, and when they were captured. It shows no picture. */
        get: {
            parameters: {
                query?: {
                    /** @description Only frames behind this number. */
                    after?: number;
                };
                header?: {
                    /** @description The opening's id */
                    Grant?: string | null;
                };
                path: {
                    session: string;
                    stream: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StreamIndex"];
                    };
                };
                /** @description request-malformed */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description grant-required, grant-expired, outside-grant, password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description not-found */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description frame-damaged: the description or the index as a whole */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the archive is, as far as the login sees it. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ArchiveState"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tenants that the login sees. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TenantList"];
                    };
                };
                /** @description login-required */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description password-change-required, role-forbidden */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description host-foreign */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
                /** @description unavailable */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ProblemDocument"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description One look. */
        AccessEntry: {
            /** Format: uuid */
            access: string;
            action: components["schemas"]["ActionName"];
            /** Format: date-time */
            at: string;
            case: string | null;
            /** @description Whether the record is not what the ledger commits to. */
            damaged: boolean;
            /**
             * Format: int64
             * @description Null: every frame.
             */
            first: number | null;
            /**
             * Format: uuid
             * @description The opening under which it was viewed.
             */
            grant: string | null;
            /** Format: int64 */
            last: number | null;
            purpose: string | null;
            /** Format: uuid */
            session: string;
            /**
             * Format: int32
             * @description Null: every stream.
             */
            stream: number | null;
            /** Format: uuid */
            tenant: string;
            tenant_name: string;
            /** @description Null, as what follows, when that month's details have expired, or when the record is damaged. */
            who: string | null;
        };
        /** @description A page of looks, the newest first. */
        AccessPage: {
            access: components["schemas"]["AccessEntry"][];
            /** @description The next page's cursor; null at the end. A page may be short, or empty, and still have a next one. */
            next: string | null;
        };
        /**
         * @description What is done with what is looked at.
         * @enum {string}
         */
        ActionName: "open" | "view" | "restore";
        /** @description How the archive is. */
        ArchiveState: {
            /** @description Of the sessions of the tenants that the login sees. */
            deletions: components["schemas"]["DeletionState"];
            intake: components["schemas"]["IntakeState"] | null;
            /** Format: date-time */
            now: string;
            objects: components["schemas"]["ObjectsState"];
            /** @description What the sessions of each tenant that the login sees take; sums may be some seconds old. */
            storage: components["schemas"]["TenantStorage"][];
            verify: components["schemas"]["VerifyState"] | null;
            /** @description The program's. */
            version: string;
        };
        /** @description A bundle that was begun. */
        BundleEntry: {
            /** Format: date-time */
            at: string;
            /**
             * Format: int64
             * @description Its number, as it stands in the bundle.
             */
            number: number;
            who: string | null;
        };
        /** @description A certificate. */
        Certificate: {
            facts: components["schemas"]["CertificateFacts"];
            /** @description The id of the key that signed it. */
            key: string;
            /** @description The signed line, as `docs/format/certificate.md` has it; without newline. */
            signed: string;
            /** @description Whether the archive's key signed it, and the ledger has the tombstone that it names. */
            valid: boolean;
        };
        /** @description What a certificate says in short. */
        CertificateEntry: {
            /** @description The session's retention class. Null, as what follows up to `retain_until`, where the certificate is damaged. */
            class: string | null;
            /** @description Whether the certificate can't be read, or is filed under what it does not say. */
            damaged: boolean;
            /** Format: date-time */
            ended_at: string | null;
            /**
             * Format: int64
             * @description The tombstone's number in the ledger.
             */
            leaf: number;
            /**
             * Format: date-time
             * @description When the session's rows went.
             */
            purged_at: string;
            /** Format: date-time */
            retain_until: string | null;
            /** Format: uuid */
            session: string;
            /** Format: uuid */
            tenant: string;
        };
        /** @description What a certificate says, under the names that it has in the line. */
        CertificateFacts: {
            /** Format: date-time */
            at: string;
            class: components["schemas"]["RetentionClass"];
            /** Format: date-time */
            ended_at: string;
            /** Format: date-time */
            intake_gone_at: string;
            intent: components["schemas"]["LeafPlace"];
            /** Format: date-time */
            key_destroyed_at: string;
            /** Format: date-time */
            objects_gone_at: string;
            of: components["schemas"]["DisposedCounts"];
            /** Format: date-time */
            retain_until: string;
            /** @description `period-over` or `at-once`. */
            rule: string;
            /** Format: uuid */
            session: string;
            /** Format: uuid */
            tenant: string;
            tombstone: components["schemas"]["LeafPlace"];
        };
        /** @description A page of certificates, the newest first. */
        CertificatePage: {
            certificates: components["schemas"]["CertificateEntry"][];
            /** @description The next page's cursor; null at the end. */
            next: string | null;
        };
        /** @description A run of damaged frames. */
        DamagedRange: {
            /** Format: int64 */
            first: number;
            /** Format: int64 */
            last: number;
            /** @description What does not check. */
            why: string;
        };
        /** @description A decision. */
        DecisionRequest: {
            /** @description Whether the bundle may be made. */
            approve: boolean;
            /** @description Why; goes on record, sealed. As a purpose is. */
            reason?: string | null;
        };
        /** @description A day, and the sessions that may be deleted from within it on. */
        DeletionDay: {
            /** Format: date */
            day: string;
            /**
             * Format: date-time
             * @description Its first instant.
             */
            from: string;
            /**
             * Format: int64
             * @description How many of them stay, because a hold keeps them as of now.
             */
            held: number;
            /**
             * Format: int64
             * @description How many, without those whose deletion has begun.
             */
            sessions: number;
            /**
             * Format: date-time
             * @description The first instant behind it.
             */
            until: string;
        };
        /** @description Deletions to come and under way. */
        Deletions: {
            days: components["schemas"]["DeletionDay"][];
            /**
             * Format: int64
             * @description How long after a run the next one begins by itself; null where none does.
             */
            every_seconds: number | null;
            last_run: components["schemas"]["LastRun"] | null;
            /** Format: date-time */
            now: string;
            overdue: components["schemas"]["OverdueCount"];
            /** @description Those under way, the oldest first; at most 100. */
            under_way: components["schemas"]["DeletionUnderWay"][];
            /** Format: int64 */
            under_way_count: number;
        };
        /** @description How deletions go on. */
        DeletionState: {
            last_run: components["schemas"]["LastRun"] | null;
            /**
             * Format: int64
             * @description Sessions that nothing holds and whose time was up a day ago.
             */
            overdue: number;
            /**
             * Format: int64
             * @description Sessions whose deletion has begun and has not ended.
             */
            under_way: number;
        };
        /** @description A deletion under way. */
        DeletionUnderWay: {
            /** Format: uuid */
            session: string;
            /** Format: date-time */
            since: string;
            /** Format: uuid */
            tenant: string;
        };
        /** @description What a session is. */
        Description: {
            /** @description As the agent or the importer gave it; where the grant covers some streams, without the names of the others. */
            description: Record<string, never>;
            state: components["schemas"]["SessionStateName"];
            /** @description The streams that the grant covers. */
            streams: components["schemas"]["NamedStream"][];
            title: string | null;
        };
        /** @description A device. */
        Device: {
            /** Format: uuid */
            device: string;
            name: string;
            /** @description Whether it may send nothing more. */
            revoked: boolean;
            /** Format: uuid */
            tenant: string;
        };
        /** @description Devices. */
        DeviceList: {
            devices: components["schemas"]["Device"][];
        };
        /** @description What there was of a session. */
        DisposedCounts: {
            /** Format: int64 */
            frames: number;
            /** Format: int64 */
            lines: number;
            /** Format: int64 */
            objects: number;
            /** Format: int64 */
            original_bytes: number;
            /** Format: int64 */
            stored_bytes: number;
        };
        /** @description An export: asked for on the page, or written by the command line. */
        ExportEntry: {
            /**
             * Format: int32
             * @description How many approvals it needed when it was asked for.
             */
            approvals: number;
            /** Format: date-time */
            asked_at: string;
            /** @description Null, as the other texts, when that month's details have expired, or when they are damaged. */
            asked_by: string | null;
            /** @description The bundles that were begun, oldest first. */
            bundles: components["schemas"]["BundleEntry"][];
            case: string | null;
            /** @description Whether a bundle without what is damaged was asked for. */
            damaged: boolean;
            /**
             * Format: date-time
             * @description Null until it is decided.
             */
            decided_at: string | null;
            /** @description Null also where no approval was needed. */
            decided_by: string | null;
            decision_reason: string | null;
            /** Format: uuid */
            export: string;
            /** @description Whether the login may decide about it. */
            may_decide: boolean;
            /** @description Whether the login may take a bundle. */
            may_download: boolean;
            /** @description Whether the login's user asked for it. */
            mine: boolean;
            purpose: string | null;
            /** Format: uuid */
            session: string;
            state: components["schemas"]["ExportStateName"];
            /** Format: uuid */
            tenant: string;
            /**
             * Format: date-time
             * @description Until when it waits for its decision, or bundles are made; null where neither is so.
             */
            until: string | null;
        };
        /** @description A page of exports. */
        ExportList: {
            exports: components["schemas"]["ExportEntry"][];
            /** @description Where the next page begins; null at the end. A page may be short, or empty, and still have a next one. */
            next: string | null;
        };
        /** @description Why a bundle of the session is wanted. */
        ExportRequest: {
            /**
             * @description For which matter; without control and format characters.
             * @example 7 O 12/26
             */
            case?: string | null;
            /** @description Whether a bundle without what is damaged is wanted, which says so. Without it a damaged session is refused. */
            damaged?: boolean;
            /**
             * @description Why; goes on record, sealed, and stands in the bundle. At least 3 of its characters can be seen; it holds no control
             *     and no format characters but line feeds.
             * @example evidence for the court
             */
            purpose: string;
        };
        /**
         * @description Where an export is.
         * @enum {string}
         */
        ExportStateName: "asked" | "approved" | "refused" | "expired";
        /** @description A problem of a session that is being deleted, or was. */
        GoneProblem: components["schemas"]["ProblemDocument"] & {
            /** @description Whether its certificate is there; with `session-deleted`. */
            certificate?: boolean | null;
            /**
             * Format: date-time
             * @description Since when it takes and shows nothing.
             */
            since: string;
        };
        /** @description A session that is open to one login for some time. */
        Grant: {
            case: string | null;
            /**
             * Format: uuid
             * @description Its id: that of the access record.
             */
            grant: string;
            /** Format: date-time */
            opened_at: string;
            purpose: string;
            /** Format: uuid */
            session: string;
            /** @description What may be viewed. */
            streams: components["schemas"]["StreamRange"][];
            /** Format: date-time */
            until: string;
        };
        /** @description A live grant. */
        GrantHeld: {
            /** Format: uuid */
            grant: string;
            /** Format: date-time */
            until: string;
        };
        /** @description Grants. */
        GrantList: {
            grants: components["schemas"]["Grant"][];
        };
        /** @description Why a session is to be opened, for how long, and what of it. */
        GrantRequest: {
            /**
             * @description For which matter; without control and format characters.
             * @example 2026-0815
             */
            case?: string | null;
            /**
             * Format: int32
             * @description For how long; 60 without it. The grant ends with the login at the latest.
             */
            minutes?: number | null;
            /**
             * @description Why; stands on record, sealed. At least 3 of its characters can be seen; it holds no control and no format characters
             *     but line feeds.
             * @example complaint of a customer
             */
            purpose: string;
            /** @description What of it; everything without it. Ranges that overlap or adjoin become one. */
            streams?: components["schemas"]["StreamRange"][] | null;
        };
        /** @description How the service is. */
        Health: {
            /**
             * @description `ok`, or `full` while frames are answered with 503 until the packer has made room.
             * @example ok
             */
            status: string;
        };
        /** @description A legal hold. What is null and was said is sealed, and its month's key was destroyed, or it is damaged. */
        Hold: {
            /** @description Whether the hold is not what the ledger commits to. */
            damaged: boolean;
            /** Format: uuid */
            hold: string;
            /** @description Who answers for it. */
            owner: string | null;
            /** Format: date-time */
            placed_at: string;
            /** @description A user's name, or `command line`. */
            placed_by: string | null;
            reason: string | null;
            /** @description Why; null too where the command line gave no reason. */
            release_reason: string | null;
            /**
             * Format: date-time
             * @description Null while it holds.
             */
            released_at: string | null;
            released_by: string | null;
            /**
             * Format: date
             * @description The day it is to be looked at again.
             */
            review_on: string | null;
            /** Format: uuid */
            session: string;
            /** @description Whether the session is still there, and not being deleted. */
            session_kept: boolean;
            /** Format: uuid */
            tenant: string;
        };
        /**
         * @description A page of holds: those in force first, the earliest review first and those without one last; then released ones, the
         *     newest release first.
         */
        HoldPage: {
            holds: components["schemas"]["Hold"][];
            /** @description The next page's cursor; null at the end. */
            next: string | null;
        };
        /** @description Why a session is to be held, who answers for it, and when to look at it again. */
        HoldRequest: {
            /**
             * @description Who answers for it; without control and format characters.
             * @example legal department
             */
            owner?: string | null;
            /**
             * @description Why; stands on record, sealed. At least 3 of its characters can be seen; it holds no control and no format characters
             *     but line feeds.
             * @example dispute with a supplier
             */
            reason: string;
            /**
             * Format: date
             * @description The day it is to be looked at again; not one that is over.
             * @example 2027-01-31
             */
            review_on?: string | null;
        };
        /**
         * @description Whether a hold is in force.
         * @enum {string}
         */
        HoldStateName: "active" | "released" | "all";
        /** @description How full the intake is. */
        IntakeState: {
            /** Format: int64 */
            bound_bytes: number;
            /**
             * Format: int64
             * @description Sessions open or being sealed.
             */
            open_sessions: number;
            /** Format: int64 */
            used_bytes: number;
            /** Format: int64 */
            waiting_frames: number;
        };
        /**
         * @description In which language a page is written.
         * @enum {string}
         */
        LanguageName: "en" | "de";
        /** @description What a run did in the tenants asked for. */
        LastRun: {
            /**
             * Format: date-time
             * @description When it ended.
             */
            at: string;
            /**
             * Format: int64
             * @description Sessions deleted.
             */
            deleted: number;
            /**
             * Format: int64
             * @description Sessions whose deletion failed, and one more where the run could not go on. Both are tried again.
             */
            failed: number;
        };
        /** @description A leaf of the tenant's ledger. */
        LeafPlace: {
            /** Format: date-time */
            at: string;
            /** Format: int64 */
            n: number;
        };
        /** @description Who wants to log in. */
        LoginRequest: {
            /** @description The user's name, in any case. */
            name: string;
            /** Format: password */
            password: string;
        };
        /** @description Who is logged in, and what they may do. */
        Me: {
            /**
             * Format: date-time
             * @description When the login ends whatever they do.
             */
            expires_at: string;
            /**
             * Format: int64
             * @description After how many seconds without a request it ends.
             */
            idle_seconds: number;
            /** @description Whether nothing else is answered before `POST /v1/password`. */
            must_change_password: boolean;
            /** @description The name they log in with. */
            name: string;
            /** @description What they may do in some tenant at least. */
            permissions: components["schemas"]["PermissionName"][];
            roles: components["schemas"]["Role"][];
            /** Format: uuid */
            user: string;
        };
        /** @description A stream, with its name. */
        NamedStream: {
            /**
             * Format: int64
             * @description Frames (or blocks of a recording) in all, also those outside the grant.
             */
            frames: number;
            kind: components["schemas"]["StreamKindName"];
            /** Format: int32 */
            n: number;
            name: string | null;
        };
        /**
         * @description Where objects go.
         * @enum {string}
         */
        ObjectsKindName: "local" | "s3";
        /** @description Where objects go. */
        ObjectsState: {
            kind: components["schemas"]["ObjectsKindName"];
        };
        /** @description Sessions that are still there though their time is up. */
        OverdueCount: {
            /**
             * Format: int64
             * @description Those that a hold keeps.
             */
            held: number;
            /**
             * Format: int64
             * @description Those that nothing holds and whose time was up a day ago: each run since has failed to delete them, or none has run.
             */
            sessions: number;
        };
        /** @description The password that is, and the one that is to be. */
        PasswordRequest: {
            /** Format: password */
            new: string;
            /** Format: password */
            old: string;
        };
        /**
         * @description What a login may do somewhere.
         * @enum {string}
         */
        PermissionName: "sessions" | "content" | "access" | "state" | "custody" | "hold" | "export";
        /** @description The answer's body. */
        ProblemDocument: {
            /** @description What is wrong this time. */
            detail?: string | null;
            /**
             * Format: int32
             * @description The answer's status.
             * @example 422
             */
            status: number;
            /** @description What the type means, the same for every occurrence. */
            title: string;
            /**
             * @description The problem's type: `/problems/<slug>`, relative to the server.
             * @example /problems/request-invalid
             */
            type: string;
        };
        /** @description Why a hold is to end. */
        ReleaseRequest: {
            /**
             * @description Why; stands on record, sealed. At least 3 of its characters can be seen; it holds no control and no format characters
             *     but line feeds.
             * @example the dispute is settled
             */
            reason: string;
        };
        /** @description A retention class, in the version that was bound when a session opened. */
        RetentionClass: {
            /**
             * Format: int32
             * @description Null: sessions go at once when they have ended.
             */
            days: number | null;
            name: string;
            /** Format: int32 */
            version: number;
        };
        /** @description A role, and where it holds. */
        Role: {
            role: components["schemas"]["RoleName"];
            /**
             * Format: uuid
             * @description Null: every tenant.
             */
            tenant: string | null;
            tenant_name: string | null;
        };
        /**
         * @description What a user is, in one tenant or in all.
         * @enum {string}
         */
        RoleName: "administrator" | "compliance-officer" | "auditor";
        /** @description A session. Nothing in it is of its content but the title, and that only under a grant. */
        Session: {
            /** @description Its retention class. */
            class: string;
            /** @description Whether consent was given when it opened. */
            consent: boolean;
            /**
             * Format: date-time
             * @description From when on it may be deleted; null until it is sealed.
             */
            deadline: string | null;
            /** Format: uuid */
            device: string;
            device_name: string;
            /** Format: date-time */
            ended_at: string | null;
            /**
             * Format: int64
             * @description Its frames that are in segments.
             */
            frames: number;
            grant: components["schemas"]["GrantHeld"] | null;
            /** @description Whether a legal hold keeps it. */
            held: boolean;
            how: components["schemas"]["SessionEndName"] | null;
            kind: components["schemas"]["SessionKindName"];
            /** Format: date-time */
            last_activity_at: string;
            /** Format: date-time */
            opened_at: string;
            /** Format: int64 */
            original_bytes: number;
            /** Format: date-time */
            sealed_at: string | null;
            /** Format: uuid */
            session: string;
            /** Format: date-time */
            started_at: string;
            state: components["schemas"]["SessionStateName"];
            /** Format: int64 */
            stored_bytes: number;
            /** Format: uuid */
            tenant: string;
            tenant_name: string;
            /** @description From the sealed description; only under a grant. */
            title: string | null;
            /**
             * Format: int64
             * @description Its frames that are acknowledged and not in a segment yet.
             */
            waiting: number;
        };
        /** @description Sessions by state. */
        SessionCounts: {
            /** Format: int64 */
            open: number;
            /** Format: int64 */
            sealed: number;
            /** Format: int64 */
            sealing: number;
        };
        /** @description A session with its streams. */
        SessionDetails: components["schemas"]["Session"] & {
            /** @description What its seal says is missing; null until it is sealed. */
            gaps: components["schemas"]["StreamGaps"][] | null;
            /**
             * Format: int64
             * @description How many holds keep it.
             */
            hold_count: number;
            /** @description The holds that keep it; null for a login that may not see them. */
            holds: components["schemas"]["Hold"][] | null;
            /** @description The retention class as it was bound when the session opened. */
            retention: components["schemas"]["RetentionClass"];
            streams: components["schemas"]["SessionStream"][];
        };
        /**
         * @description How a session ended: by its agent, after silence, or with its import.
         * @enum {string}
         */
        SessionEndName: "sealed" | "lost" | "imported";
        /**
         * @description Why a session was recorded.
         * @enum {string}
         */
        SessionKindName: "monitoring" | "support" | "meeting" | "training";
        /**
         * @description In which order sessions are listed.
         * @enum {string}
         */
        SessionOrderName: "newest" | "deadline";
        /** @description A page of sessions. */
        SessionPage: {
            /** @description The next page's cursor; null at the end. */
            next: string | null;
            sessions: components["schemas"]["Session"][];
        };
        /**
         * @description Where a session is in its life.
         * @enum {string}
         */
        SessionStateName: "open" | "sealing" | "sealed";
        /** @description A stream. */
        SessionStream: {
            /** Format: int64 */
            frames: number;
            kind: components["schemas"]["StreamKindName"];
            /** Format: int32 */
            n: number;
            /** @description Only under a grant that covers the stream. */
            name: string | null;
        };
        /** @description The numbers that a stream lacks. */
        StreamGaps: {
            /** @description Ranges, such as `448-500,502`. */
            missing: string;
            /** Format: int32 */
            n: number;
        };
        /** @description A stream's frames within the grant, in columns: `seq`, `at`, `bytes` and `type` have a value for each. */
        StreamIndex: {
            /** @description The capture instants in milliseconds since 1970; 0 where damage hides it. */
            at: number[];
            /** @description The originals' sizes; 0 where damage hides it. */
            bytes: number[];
            /** @description Numbers of images that end after their header, as they came. */
            cut: number[];
            /** @description Frames of which not even the description can be read. */
            damaged: components["schemas"]["DamagedRange"][];
            /** @description The numbers, ascending. */
            seq: number[];
            /** @description The session's state: once it is sealed, no frame comes any more. */
            state: components["schemas"]["SessionStateName"];
            /** @description The places of the media types in `types`. */
            type: number[];
            /** @description The media types that occur; an empty one stands for what damage hides. */
            types: string[];
        };
        /**
         * @description What a stream holds.
         * @enum {string}
         */
        StreamKindName: "timeline" | "recording" | "attachment";
        /** @description Some of a stream's frames. */
        StreamRange: {
            /**
             * Format: int64
             * @description From which number; from the first without it.
             */
            first?: number | null;
            /**
             * Format: int64
             * @description Up to which number; to the last without it.
             */
            last?: number | null;
            /** Format: int32 */
            n: number;
        };
        /** @description A tenant. */
        Tenant: {
            name: string;
            /** Format: uuid */
            tenant: string;
        };
        /** @description The tenants that a login sees. */
        TenantList: {
            tenants: components["schemas"]["Tenant"][];
        };
        /** @description What a tenant's sessions take. */
        TenantStorage: {
            /** Format: int64 */
            frames: number;
            name: string;
            /** Format: int64 */
            original_bytes: number;
            sessions: components["schemas"]["SessionCounts"];
            /** Format: int64 */
            stored_bytes: number;
            /** Format: uuid */
            tenant: string;
        };
        /** @description What the last look found. */
        VerifyState: {
            /** Format: date-time */
            at: string;
            /** @description Whether originals were unpacked and compared with their digests. */
            deep: boolean;
            /**
             * Format: int64
             * @description How many things it found.
             */
            findings: number;
            /** @description The only tenant it looked at, by name; null: all. */
            tenant: string | null;
            /** Format: int64 */
            took_ms: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
