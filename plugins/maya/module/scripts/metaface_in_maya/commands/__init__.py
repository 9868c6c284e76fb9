"""metafaceAnimate and metafaceAdapt, for MEL, Python, shelves and mayapy."""
