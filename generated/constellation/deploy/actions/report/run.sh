#!/bin/sh
# from action.report
set -e
mkdir -p .omegagen/reports
{
  docker version --format 'Docker Engine {{.Server.Version}}'
  docker inspect --format '{{.Name}} {{.Config.Image}} {{.State.Status}} {{.State.Health.Status}}' constellation-database constellation-constellation-1 constellation-constellation-2 constellation-constellation-3 constellation-federation constellation-prometheus constellation-alertmanager
} > .omegagen/reports/system.new
mv .omegagen/reports/system.new .omegagen/reports/system.txt
cat .omegagen/reports/system.txt
