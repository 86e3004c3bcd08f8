/** The page's set of icons. */
export { CircleUser, FilePlus, Play, Square, FileText, Folder, FolderOpen, Plus, FolderPlus, Ellipsis, X, Copy, Eraser, PanelLeft, Code, Terminal, Files, ChevronRight, ChevronDown, SlidersHorizontal } from '@lucide/vue'
