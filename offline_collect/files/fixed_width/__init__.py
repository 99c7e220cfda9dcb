"""Files of fixed-width records, as banks and front-end processors exchange them: one reader and one writer for all."""
