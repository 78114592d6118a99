"""The API, served from its spec: stateful, seeded, and strict. It is no model.

The way of a request, module by module:

    serving, listening, tls, wire   sockets, and what no web framework can send
    app, control                    the operations, and `/__sim__/` beside them
    routing, receiving              which operation it is, and the body
    reception                       the order of all that follows
    admission, gate                 token, parameters, body; how many are in flight
    service                         carries it out: state, lifecycle, progress, questions
    answers, placing, making        a value for each property: by its role, or from its schema
    variants, switches              what nobody outside the vendor knows, as it is set
    faults                          an answer instead of the true one
    contract, shapes, scrutiny      the spec, compiled: what may come in and go out
"""
