"""The colours of what members are shown: jade for what was done, gold for what is special, on warm paper."""

PAPER, PANEL, LINE = "#f7f4ec", "#ffffff", "#e6e1d5"
INK, GREY, PALE = "#23302d", "#76807c", "#b4bab6"
JADE, MIST = "#1f7a63", "#e2efe9"
GOLD, CREAM = "#bf8f2e", "#faf1dc"
SILVER, BRONZE = "#8e9aa3", "#b0764a"
CINNABAR, BLUSH = "#c2402f", "#fbe9e5"
