"""The commands there are, by what settings mean to them."""

OF_SETTINGS = [["serve"], ["config", "check"], ["config", "print"]]
OF_DATA = [["verify"], ["dump"], ["backup", "--to", "copy"], ["restore", "--from", "copy"],
           ["archive"], ["rebuild"], ["prove", "1"]]
WITHOUT_SETTINGS = [["demo"], ["bench", "engine"], ["bench", "replay"], ["bench", "split"],
                    ["bench", "load-data"]]
COMMANDS = [[], ["config"], ["bench"], *OF_SETTINGS, *WITHOUT_SETTINGS,
            *([command[0]] for command in OF_DATA)]
