#!/bin/sh
# Run a command beside Step Functions Local, AWS's own interpreter, which is a Docker image.
set -eu

if ! docker info >/dev/null 2>&1; then
    echo "Skipped: Step Functions Local is a Docker image, and no Docker engine answers here."
    exit 0
fi

# Where the container can reach the Lambda endpoint that the tests serve: Docker Desktop forwards
# to our loopback interface, an engine on Linux to the address of its own bridge, as no container
# reaches loopback there. Nothing listens on every interface.
SFN_LAMBDA_HOST=127.0.0.1
if [ "$(uname)" = Linux ]; then
    SFN_LAMBDA_HOST=$(docker network inspect bridge --format '{{ (index .IPAM.Config 0).Gateway }}')
fi
SFN_ENDPOINT_URL=http://127.0.0.1:8083
export SFN_LAMBDA_HOST SFN_ENDPOINT_URL

trap 'docker compose down' EXIT
docker compose up --detach --wait
"$@"
