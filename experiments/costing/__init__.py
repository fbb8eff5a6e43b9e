"""What cost does: roads to a ticket, the cells of them, what each took and gave, pages."""
