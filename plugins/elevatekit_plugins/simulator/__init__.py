"""A stateful, seeded, strict simulator that serves an API from its spec.

It uses no language model. A request passes through these modules:

    serving, listening, tls, wire   sockets, and output that no web framework can send
    app, control                    the operations, and the control endpoints `/__sim__/`
    routing, receiving              find the operation, read the body
    reception                       orders the steps below
    admission, gate                 check token, parameters and body; limit concurrency
    service                         executes it: state, lifecycle, progress, questions
    answers, placing, making        make a value for each property: by role, or from its schema
    variants, switches              behaviour that is unknown of the real service
    faults                          replace the correct response
    contract, shapes, scrutiny      the compiled spec: validate requests and responses
"""
