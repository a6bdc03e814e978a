#!/bin/sh
# Makes maru.env and db.env beside the examples, with new passwords, for their owner alone. Never writes over existing ones.
set -eu
umask 077
cd "$(dirname "$0")"
for file in maru.env db.env; do
    if [ -e "$file" ]; then
        echo "$file is there already, and the database may know its passwords: nothing was changed." >&2
        exit 1
    fi
done
password() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
OWNER=$(password) APP=$(password) WORKER=$(password) POSTGRES=$(password) MODEL=$(password)
for file in maru.env db.env; do
    sed -e "s/@OWNER_PASSWORD@/$OWNER/" -e "s/@APP_PASSWORD@/$APP/" -e "s/@WORKER_PASSWORD@/$WORKER/" \
        -e "s/@POSTGRES_PASSWORD@/$POSTGRES/" -e "s/@MODEL_SERVER_KEY@/$MODEL/" "$file.example" > "$file"
done
echo "maru.env and db.env are made. Look through maru.env, then: docker compose -f docker/compose.yaml up -d --build"
