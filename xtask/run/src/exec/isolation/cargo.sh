#!/bin/sh
# Starts cargo where it finds no configuration of this machine's. The workbook's runner wrote this.
here=$(pwd -P)
command=
manifest=yes
for word do
    case $word in --manifest-path*) manifest= ;; --) break ;; esac
done
for word do
    shift
    set -- "$@" "$word"
    case $word in -* | +*) continue ;; esac
    [ -z "$command" ] || continue
    command=$word
    case $word in
    bench | build | check | clean | clippy | doc | fetch | generate-lockfile | metadata | run | rustc | rustdoc | test)
        if [ -n "$manifest" ]; then set -- "$@" --manifest-path "$here/Cargo.toml"; fi
        set -- "$@" {config}
        cd /
        ;;
    install) cd / ;;
    esac
done
exec "$WORKBOOK_CARGO" "$@"
