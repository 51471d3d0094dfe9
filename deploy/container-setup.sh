#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The one-shot before the service starts: schema, signing keys and, when none was put there, a
# certificate for a first try. Safe to run at every start.
set -eu
state=/var/lib/roadshow
roadshow migrate
roadshow keys init "$state/keys"
mkdir -p "$state/tls"
if [ ! -e "$state/tls/server.pem" ]; then
	umask 077
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 397 \
		-subj "/CN=localhost" -addext "subjectAltName=DNS:localhost,DNS:roadshowd,IP:127.0.0.1" \
		-keyout "$state/tls/server.key" -out "$state/tls/server.pem" 2> /dev/null
	echo "made a certificate for localhost: replace $state/tls/server.pem and server.key"
fi
