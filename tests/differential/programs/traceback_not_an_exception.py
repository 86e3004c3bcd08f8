#: rare
raise "text"
