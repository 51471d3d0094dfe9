// SPDX-License-Identifier: Apache-2.0
//
// `roadshow demo`: plays the product's story, a mini-tour of two cities, through the public API and
// ends with a report. Played again, it changes nothing and reports again.
#ifndef ROADSHOW_CLI_DEMO_H
#define ROADSHOW_CLI_DEMO_H

// argv[0] is the command's name. Returns an enum cli_exit: CLI_OK when the story was played and its
// numbers add up, CLI_FAILED when something was refused or does not add up.
int demo_main(int argc, char **argv);

#endif
