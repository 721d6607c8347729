#!/bin/sh
# from action.fetch_bundle
set -e
tar -tf .omegagen/bundle/images.tar > /dev/null
