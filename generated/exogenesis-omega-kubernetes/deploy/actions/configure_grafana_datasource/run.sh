#!/bin/sh
# from action.configure_grafana_datasource
set -e
ls -l grafana/provisioning/datasources
