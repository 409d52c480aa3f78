#pragma once
#include <curses.h>
#include <stdio.h>
// ncurses keeps its state in global variables and gives its values as macros: both stay behind these functions.

enum {
    lifeboat_key_resize = KEY_RESIZE, lifeboat_key_up = KEY_UP, lifeboat_key_down = KEY_DOWN,
    lifeboat_key_left = KEY_LEFT, lifeboat_key_right = KEY_RIGHT, lifeboat_key_page_up = KEY_PPAGE,
    lifeboat_key_page_down = KEY_NPAGE, lifeboat_key_home = KEY_HOME, lifeboat_key_end = KEY_END,
    lifeboat_key_backspace = KEY_BACKSPACE, lifeboat_key_enter = KEY_ENTER,
};

enum { lifeboat_style_bold = 1, lifeboat_style_reverse = 2, lifeboat_style_dim = 4 };

// terminfo(5), cursor_address. The header that declares tigetstr has macros with names such as "lines".
extern char *tigetstr(const char *name);
static inline bool lifeboat_terminal_places_cursor(void) {
    char *place = tigetstr("cup");
    return place && place != (char *)-1;
}

// newterm(3ncurses) on standard input and output, with every key as a character of its own (raw), no echo, and reads that do
// not wait. NULL when the terminal's type is not known or cannot place the cursor. Colours 1 (trouble), 2 (good), 3 (title)
// where the terminal has them.
static inline SCREEN *lifeboat_terminal_open(void) {
    SCREEN *screen = newterm(NULL, stdout, stdin);
    if (!screen) return NULL;
    set_term(screen);
    if (!lifeboat_terminal_places_cursor()) {
        endwin();
        delscreen(screen);
        return NULL;
    }
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(50);
    if (has_colors() && start_color() == OK) {
        use_default_colors();
        init_pair(1, COLOR_RED, -1);
        init_pair(2, COLOR_GREEN, -1);
        init_pair(3, COLOR_CYAN, -1);
    }
    return screen;
}

static inline void lifeboat_terminal_close(SCREEN *screen) {
    endwin();
    delscreen(screen);
}

static inline int lifeboat_terminal_rows(void) { return getmaxy(stdscr); }
static inline int lifeboat_terminal_columns(void) { return getmaxx(stdscr); }
static inline void lifeboat_terminal_clear(void) { erase(); }
static inline void lifeboat_terminal_redraw(void) { clearok(curscr, TRUE); }
static inline void lifeboat_terminal_move(int row, int column) { move(row, column); }
static inline void lifeboat_terminal_show(void) { refresh(); }
static inline void lifeboat_terminal_cursor(int visible) { curs_set(visible); }

static inline void lifeboat_terminal_put(int row, int column, const char *text, int length, int style, int colour) {
    attr_t attributes = (style & lifeboat_style_bold ? A_BOLD : 0) | (style & lifeboat_style_reverse ? A_REVERSE : 0) |
                        (style & lifeboat_style_dim ? A_DIM : 0);
    if (colour && has_colors()) attributes |= COLOR_PAIR(colour);
    attrset(attributes);
    mvaddnstr(row, column, text, length);
    attrset(A_NORMAL);
}

// A byte, one of the keys above, or -1 when nothing was typed.
static inline int lifeboat_terminal_key(void) { return getch(); }

// Until the next draw the terminal is another program's.
static inline void lifeboat_terminal_suspend(void) { endwin(); }
