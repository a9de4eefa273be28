"""Going out: sources, spiders, manners and guards, the bundled newsroom, and the `khabar` command line."""
