#!/bin/sh
# from criterion.programs_build
set -e
for program in constellation-server federation-worker constellationctl; do
  test -x "bin/$program"
done
bin/constellation-server version
