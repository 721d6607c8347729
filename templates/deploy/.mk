all: s0 s1 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 s12 s13 s14 s15 s16 s17 s18 s19 s20 s21 s22 s23 s24 s25 s26 s27 s28 s29 s30 s31 s32 s33 s34 s35 s36 s37 s38 s39 s40 s41 s42 s43 s44 s45 s46 s47 s48 s49 s50 s51 s52 s53 s54 s55 s56 s57 s58 s59 s60 s61 s62 s63 s64 s65 s66 s67 s68 s69 s70 s71 s72 s73 s74 s75 s76 s77 s78 s79 s80 s81 s82 s83 s84 s85 s86 s87 s88 s89 s90 s91 s92 s93 s94 s95 s96 s97 s98 s99 s100 s101 s102 s103 s104 s105 s106 s107 s108 s109 s110 s111 s112 s113 s114 s115 s116 s117 s118 s119 s120 s121 s122 s123 s124 s125 s126 s127 s128 s129 s130 s131 s132 s133 s134 s135 s136 s137 s138 s139 s140 s141 s142 s143 s144 s145 s146 s147 s148 s149 s150 s151 s152 s153 s154 s155 s156 s157 s158 s159 s160 s161 s162 s163 s164 s165 s166 s167 s168 s169 s170 s171 s172 s173 s174 s175 s176 s177 s178 s179 s180 s181 s182 s183 s184 s185 s186 s187 s188 s189 s190 s191 s192 s193 s194 s195 s196 s197 s198 s199 s200 s201 s202 s203 s204 s205 s206 s207 s208 s209 s210 s211 s212 s213 s214 s215 s216 s217 s218 s219 s220 s221 s222 s223 s224 s225 s226 s227 s228 s229 s230 s231 s232 s233 s234 s235 s236 s237 s238 s239 s240 s241 s242 s243 s244 s245 s246 s247 s248 s249 s250 s251 s252 s253 s254 s255 s256 s257 s258 s259 s260 s261 s262 s263 s264 s265 s266 s267 s268 s269 s270 s271 s272 s273 s274 s275 s276 s277 s278 s279 s280 s281 s282 s283 s284 s285 s286 s287 s288 s289 s290 s291 s292 s293 s294 s295 s296 s297 s298 s299 s300 s301 s302 s303 s304 s305 s306 s307 s308 s309 s310 s311 s312 s313 s314 s315 s316 s317 s318 s319 s320 s321 s322 s323 s324 s325 s326 s327 s328 s329 s330 s331 s332 s333 s334 s335 s336 s337 s338 s339 s340 s341 s342 s343 s344 s345 s346 s347 s348 s349 s350 s351 s352 s353 s354 s355 s356 s357 s358 s359 s360 s361 s362 s363 s364 s365 s366 s367 s368 s369 s370 s371 s372 s373 s374 s375 s376 s377 s378 s379 s380 s381 s382 s383 s384 s385 s386 s387 s388 s389 s390 s391 s392 s393 s394 s395 s396 s397 s398 s399 s400 s401 s402 s403 s404 s405 s406 s407 s408 s409 s410 s411 s412 s413 s414 s415 s416 s417 s418 s419 s420 s421 s422 s423 s424 s425 s426 s427 s428 s429 s430 s431 s432 s433 s434 s435 s436 s437 s438 s439 s440 s441 s442 s443 s444 s445 s446 s447 s448 s449 s450 s451 s452 s453 s454 s455 s456 s457 s458 s459 s460 s461 s462 s463 s464 s465 s466 s467 s468 s469 s470 s471 s472 s473 s474 s475 s476 s477 s478 s479 s480 s481 s482 s483 s484 s485 s486 s487 s488 s489 s490 s491 s492 s493 s494 s495 s496 s497 s498 s499
s0:
	@sh -c 'exit 0'; true
s1: s0
	@sh -c 'exit 0'; true
s2: s0
	@sh -c 'exit 0'; true
s3: s1
	@sh -c 'exit 0'; true
s4: s1
	@sh -c 'exit 0'; true
s5: s2
	@sh -c 'exit 0'; true
s6: s2
	@sh -c 'exit 0'; true
s7: s3
	@sh -c 'exit 0'; true
s8: s3
	@sh -c 'exit 0'; true
s9: s4
	@sh -c 'exit 0'; true
s10: s4
	@sh -c 'exit 0'; true
s11: s5
	@sh -c 'exit 0'; true
s12: s5
	@sh -c 'exit 0'; true
s13: s6
	@sh -c 'exit 0'; true
s14: s6
	@sh -c 'exit 0'; true
s15: s7
	@sh -c 'exit 0'; true
s16: s7
	@sh -c 'exit 0'; true
s17: s8
	@sh -c 'exit 0'; true
s18: s8
	@sh -c 'exit 0'; true
s19: s9
	@sh -c 'exit 0'; true
s20: s9
	@sh -c 'exit 0'; true
s21: s10
	@sh -c 'exit 0'; true
s22: s10
	@sh -c 'exit 0'; true
s23: s11
	@sh -c 'exit 0'; true
s24: s11
	@sh -c 'exit 0'; true
s25: s12
	@sh -c 'exit 0'; true
s26: s12
	@sh -c 'exit 0'; true
s27: s13
	@sh -c 'exit 0'; true
s28: s13
	@sh -c 'exit 0'; true
s29: s14
	@sh -c 'exit 0'; true
s30: s14
	@sh -c 'exit 0'; true
s31: s15
	@sh -c 'exit 0'; true
s32: s15
	@sh -c 'exit 0'; true
s33: s16
	@sh -c 'exit 0'; true
s34: s16
	@sh -c 'exit 0'; true
s35: s17
	@sh -c 'exit 0'; true
s36: s17
	@sh -c 'exit 0'; true
s37: s18
	@sh -c 'exit 0'; true
s38: s18
	@sh -c 'exit 0'; true
s39: s19
	@sh -c 'exit 0'; true
s40: s19
	@sh -c 'exit 0'; true
s41: s20
	@sh -c 'exit 0'; true
s42: s20
	@sh -c 'exit 0'; true
s43: s21
	@sh -c 'exit 0'; true
s44: s21
	@sh -c 'exit 0'; true
s45: s22
	@sh -c 'exit 0'; true
s46: s22
	@sh -c 'exit 0'; true
s47: s23
	@sh -c 'exit 0'; true
s48: s23
	@sh -c 'exit 0'; true
s49: s24
	@sh -c 'exit 0'; true
s50: s24
	@sh -c 'exit 0'; true
s51: s25
	@sh -c 'exit 0'; true
s52: s25
	@sh -c 'exit 0'; true
s53: s26
	@sh -c 'exit 0'; true
s54: s26
	@sh -c 'exit 0'; true
s55: s27
	@sh -c 'exit 0'; true
s56: s27
	@sh -c 'exit 0'; true
s57: s28
	@sh -c 'exit 0'; true
s58: s28
	@sh -c 'exit 0'; true
s59: s29
	@sh -c 'exit 0'; true
s60: s29
	@sh -c 'exit 0'; true
s61: s30
	@sh -c 'exit 0'; true
s62: s30
	@sh -c 'exit 0'; true
s63: s31
	@sh -c 'exit 0'; true
s64: s31
	@sh -c 'exit 0'; true
s65: s32
	@sh -c 'exit 0'; true
s66: s32
	@sh -c 'exit 0'; true
s67: s33
	@sh -c 'exit 0'; true
s68: s33
	@sh -c 'exit 0'; true
s69: s34
	@sh -c 'exit 0'; true
s70: s34
	@sh -c 'exit 0'; true
s71: s35
	@sh -c 'exit 0'; true
s72: s35
	@sh -c 'exit 0'; true
s73: s36
	@sh -c 'exit 0'; true
s74: s36
	@sh -c 'exit 0'; true
s75: s37
	@sh -c 'exit 0'; true
s76: s37
	@sh -c 'exit 0'; true
s77: s38
	@sh -c 'exit 0'; true
s78: s38
	@sh -c 'exit 0'; true
s79: s39
	@sh -c 'exit 0'; true
s80: s39
	@sh -c 'exit 0'; true
s81: s40
	@sh -c 'exit 0'; true
s82: s40
	@sh -c 'exit 0'; true
s83: s41
	@sh -c 'exit 0'; true
s84: s41
	@sh -c 'exit 0'; true
s85: s42
	@sh -c 'exit 0'; true
s86: s42
	@sh -c 'exit 0'; true
s87: s43
	@sh -c 'exit 0'; true
s88: s43
	@sh -c 'exit 0'; true
s89: s44
	@sh -c 'exit 0'; true
s90: s44
	@sh -c 'exit 0'; true
s91: s45
	@sh -c 'exit 0'; true
s92: s45
	@sh -c 'exit 0'; true
s93: s46
	@sh -c 'exit 0'; true
s94: s46
	@sh -c 'exit 0'; true
s95: s47
	@sh -c 'exit 0'; true
s96: s47
	@sh -c 'exit 0'; true
s97: s48
	@sh -c 'exit 0'; true
s98: s48
	@sh -c 'exit 0'; true
s99: s49
	@sh -c 'exit 0'; true
s100: s49
	@sh -c 'exit 0'; true
s101: s50
	@sh -c 'exit 0'; true
s102: s50
	@sh -c 'exit 0'; true
s103: s51
	@sh -c 'exit 0'; true
s104: s51
	@sh -c 'exit 0'; true
s105: s52
	@sh -c 'exit 0'; true
s106: s52
	@sh -c 'exit 0'; true
s107: s53
	@sh -c 'exit 0'; true
s108: s53
	@sh -c 'exit 0'; true
s109: s54
	@sh -c 'exit 0'; true
s110: s54
	@sh -c 'exit 0'; true
s111: s55
	@sh -c 'exit 0'; true
s112: s55
	@sh -c 'exit 0'; true
s113: s56
	@sh -c 'exit 0'; true
s114: s56
	@sh -c 'exit 0'; true
s115: s57
	@sh -c 'exit 0'; true
s116: s57
	@sh -c 'exit 0'; true
s117: s58
	@sh -c 'exit 0'; true
s118: s58
	@sh -c 'exit 0'; true
s119: s59
	@sh -c 'exit 0'; true
s120: s59
	@sh -c 'exit 0'; true
s121: s60
	@sh -c 'exit 0'; true
s122: s60
	@sh -c 'exit 0'; true
s123: s61
	@sh -c 'exit 0'; true
s124: s61
	@sh -c 'exit 0'; true
s125: s62
	@sh -c 'exit 0'; true
s126: s62
	@sh -c 'exit 0'; true
s127: s63
	@sh -c 'exit 0'; true
s128: s63
	@sh -c 'exit 0'; true
s129: s64
	@sh -c 'exit 0'; true
s130: s64
	@sh -c 'exit 0'; true
s131: s65
	@sh -c 'exit 0'; true
s132: s65
	@sh -c 'exit 0'; true
s133: s66
	@sh -c 'exit 0'; true
s134: s66
	@sh -c 'exit 0'; true
s135: s67
	@sh -c 'exit 0'; true
s136: s67
	@sh -c 'exit 0'; true
s137: s68
	@sh -c 'exit 0'; true
s138: s68
	@sh -c 'exit 0'; true
s139: s69
	@sh -c 'exit 0'; true
s140: s69
	@sh -c 'exit 0'; true
s141: s70
	@sh -c 'exit 0'; true
s142: s70
	@sh -c 'exit 0'; true
s143: s71
	@sh -c 'exit 0'; true
s144: s71
	@sh -c 'exit 0'; true
s145: s72
	@sh -c 'exit 0'; true
s146: s72
	@sh -c 'exit 0'; true
s147: s73
	@sh -c 'exit 0'; true
s148: s73
	@sh -c 'exit 0'; true
s149: s74
	@sh -c 'exit 0'; true
s150: s74
	@sh -c 'exit 0'; true
s151: s75
	@sh -c 'exit 0'; true
s152: s75
	@sh -c 'exit 0'; true
s153: s76
	@sh -c 'exit 0'; true
s154: s76
	@sh -c 'exit 0'; true
s155: s77
	@sh -c 'exit 0'; true
s156: s77
	@sh -c 'exit 0'; true
s157: s78
	@sh -c 'exit 0'; true
s158: s78
	@sh -c 'exit 0'; true
s159: s79
	@sh -c 'exit 0'; true
s160: s79
	@sh -c 'exit 0'; true
s161: s80
	@sh -c 'exit 0'; true
s162: s80
	@sh -c 'exit 0'; true
s163: s81
	@sh -c 'exit 0'; true
s164: s81
	@sh -c 'exit 0'; true
s165: s82
	@sh -c 'exit 0'; true
s166: s82
	@sh -c 'exit 0'; true
s167: s83
	@sh -c 'exit 0'; true
s168: s83
	@sh -c 'exit 0'; true
s169: s84
	@sh -c 'exit 0'; true
s170: s84
	@sh -c 'exit 0'; true
s171: s85
	@sh -c 'exit 0'; true
s172: s85
	@sh -c 'exit 0'; true
s173: s86
	@sh -c 'exit 0'; true
s174: s86
	@sh -c 'exit 0'; true
s175: s87
	@sh -c 'exit 0'; true
s176: s87
	@sh -c 'exit 0'; true
s177: s88
	@sh -c 'exit 0'; true
s178: s88
	@sh -c 'exit 0'; true
s179: s89
	@sh -c 'exit 0'; true
s180: s89
	@sh -c 'exit 0'; true
s181: s90
	@sh -c 'exit 0'; true
s182: s90
	@sh -c 'exit 0'; true
s183: s91
	@sh -c 'exit 0'; true
s184: s91
	@sh -c 'exit 0'; true
s185: s92
	@sh -c 'exit 0'; true
s186: s92
	@sh -c 'exit 0'; true
s187: s93
	@sh -c 'exit 0'; true
s188: s93
	@sh -c 'exit 0'; true
s189: s94
	@sh -c 'exit 0'; true
s190: s94
	@sh -c 'exit 0'; true
s191: s95
	@sh -c 'exit 0'; true
s192: s95
	@sh -c 'exit 0'; true
s193: s96
	@sh -c 'exit 0'; true
s194: s96
	@sh -c 'exit 0'; true
s195: s97
	@sh -c 'exit 0'; true
s196: s97
	@sh -c 'exit 0'; true
s197: s98
	@sh -c 'exit 0'; true
s198: s98
	@sh -c 'exit 0'; true
s199: s99
	@sh -c 'exit 0'; true
s200: s99
	@sh -c 'exit 0'; true
s201: s100
	@sh -c 'exit 0'; true
s202: s100
	@sh -c 'exit 0'; true
s203: s101
	@sh -c 'exit 0'; true
s204: s101
	@sh -c 'exit 0'; true
s205: s102
	@sh -c 'exit 0'; true
s206: s102
	@sh -c 'exit 0'; true
s207: s103
	@sh -c 'exit 0'; true
s208: s103
	@sh -c 'exit 0'; true
s209: s104
	@sh -c 'exit 0'; true
s210: s104
	@sh -c 'exit 0'; true
s211: s105
	@sh -c 'exit 0'; true
s212: s105
	@sh -c 'exit 0'; true
s213: s106
	@sh -c 'exit 0'; true
s214: s106
	@sh -c 'exit 0'; true
s215: s107
	@sh -c 'exit 0'; true
s216: s107
	@sh -c 'exit 0'; true
s217: s108
	@sh -c 'exit 0'; true
s218: s108
	@sh -c 'exit 0'; true
s219: s109
	@sh -c 'exit 0'; true
s220: s109
	@sh -c 'exit 0'; true
s221: s110
	@sh -c 'exit 0'; true
s222: s110
	@sh -c 'exit 0'; true
s223: s111
	@sh -c 'exit 0'; true
s224: s111
	@sh -c 'exit 0'; true
s225: s112
	@sh -c 'exit 0'; true
s226: s112
	@sh -c 'exit 0'; true
s227: s113
	@sh -c 'exit 0'; true
s228: s113
	@sh -c 'exit 0'; true
s229: s114
	@sh -c 'exit 0'; true
s230: s114
	@sh -c 'exit 0'; true
s231: s115
	@sh -c 'exit 0'; true
s232: s115
	@sh -c 'exit 0'; true
s233: s116
	@sh -c 'exit 0'; true
s234: s116
	@sh -c 'exit 0'; true
s235: s117
	@sh -c 'exit 0'; true
s236: s117
	@sh -c 'exit 0'; true
s237: s118
	@sh -c 'exit 0'; true
s238: s118
	@sh -c 'exit 0'; true
s239: s119
	@sh -c 'exit 0'; true
s240: s119
	@sh -c 'exit 0'; true
s241: s120
	@sh -c 'exit 0'; true
s242: s120
	@sh -c 'exit 0'; true
s243: s121
	@sh -c 'exit 0'; true
s244: s121
	@sh -c 'exit 0'; true
s245: s122
	@sh -c 'exit 0'; true
s246: s122
	@sh -c 'exit 0'; true
s247: s123
	@sh -c 'exit 0'; true
s248: s123
	@sh -c 'exit 0'; true
s249: s124
	@sh -c 'exit 0'; true
s250: s124
	@sh -c 'exit 0'; true
s251: s125
	@sh -c 'exit 0'; true
s252: s125
	@sh -c 'exit 0'; true
s253: s126
	@sh -c 'exit 0'; true
s254: s126
	@sh -c 'exit 0'; true
s255: s127
	@sh -c 'exit 0'; true
s256: s127
	@sh -c 'exit 0'; true
s257: s128
	@sh -c 'exit 0'; true
s258: s128
	@sh -c 'exit 0'; true
s259: s129
	@sh -c 'exit 0'; true
s260: s129
	@sh -c 'exit 0'; true
s261: s130
	@sh -c 'exit 0'; true
s262: s130
	@sh -c 'exit 0'; true
s263: s131
	@sh -c 'exit 0'; true
s264: s131
	@sh -c 'exit 0'; true
s265: s132
	@sh -c 'exit 0'; true
s266: s132
	@sh -c 'exit 0'; true
s267: s133
	@sh -c 'exit 0'; true
s268: s133
	@sh -c 'exit 0'; true
s269: s134
	@sh -c 'exit 0'; true
s270: s134
	@sh -c 'exit 0'; true
s271: s135
	@sh -c 'exit 0'; true
s272: s135
	@sh -c 'exit 0'; true
s273: s136
	@sh -c 'exit 0'; true
s274: s136
	@sh -c 'exit 0'; true
s275: s137
	@sh -c 'exit 0'; true
s276: s137
	@sh -c 'exit 0'; true
s277: s138
	@sh -c 'exit 0'; true
s278: s138
	@sh -c 'exit 0'; true
s279: s139
	@sh -c 'exit 0'; true
s280: s139
	@sh -c 'exit 0'; true
s281: s140
	@sh -c 'exit 0'; true
s282: s140
	@sh -c 'exit 0'; true
s283: s141
	@sh -c 'exit 0'; true
s284: s141
	@sh -c 'exit 0'; true
s285: s142
	@sh -c 'exit 0'; true
s286: s142
	@sh -c 'exit 0'; true
s287: s143
	@sh -c 'exit 0'; true
s288: s143
	@sh -c 'exit 0'; true
s289: s144
	@sh -c 'exit 0'; true
s290: s144
	@sh -c 'exit 0'; true
s291: s145
	@sh -c 'exit 0'; true
s292: s145
	@sh -c 'exit 0'; true
s293: s146
	@sh -c 'exit 0'; true
s294: s146
	@sh -c 'exit 0'; true
s295: s147
	@sh -c 'exit 0'; true
s296: s147
	@sh -c 'exit 0'; true
s297: s148
	@sh -c 'exit 0'; true
s298: s148
	@sh -c 'exit 0'; true
s299: s149
	@sh -c 'exit 0'; true
s300: s149
	@sh -c 'exit 0'; true
s301: s150
	@sh -c 'exit 0'; true
s302: s150
	@sh -c 'exit 0'; true
s303: s151
	@sh -c 'exit 0'; true
s304: s151
	@sh -c 'exit 0'; true
s305: s152
	@sh -c 'exit 0'; true
s306: s152
	@sh -c 'exit 0'; true
s307: s153
	@sh -c 'exit 0'; true
s308: s153
	@sh -c 'exit 0'; true
s309: s154
	@sh -c 'exit 0'; true
s310: s154
	@sh -c 'exit 0'; true
s311: s155
	@sh -c 'exit 0'; true
s312: s155
	@sh -c 'exit 0'; true
s313: s156
	@sh -c 'exit 0'; true
s314: s156
	@sh -c 'exit 0'; true
s315: s157
	@sh -c 'exit 0'; true
s316: s157
	@sh -c 'exit 0'; true
s317: s158
	@sh -c 'exit 0'; true
s318: s158
	@sh -c 'exit 0'; true
s319: s159
	@sh -c 'exit 0'; true
s320: s159
	@sh -c 'exit 0'; true
s321: s160
	@sh -c 'exit 0'; true
s322: s160
	@sh -c 'exit 0'; true
s323: s161
	@sh -c 'exit 0'; true
s324: s161
	@sh -c 'exit 0'; true
s325: s162
	@sh -c 'exit 0'; true
s326: s162
	@sh -c 'exit 0'; true
s327: s163
	@sh -c 'exit 0'; true
s328: s163
	@sh -c 'exit 0'; true
s329: s164
	@sh -c 'exit 0'; true
s330: s164
	@sh -c 'exit 0'; true
s331: s165
	@sh -c 'exit 0'; true
s332: s165
	@sh -c 'exit 0'; true
s333: s166
	@sh -c 'exit 0'; true
s334: s166
	@sh -c 'exit 0'; true
s335: s167
	@sh -c 'exit 0'; true
s336: s167
	@sh -c 'exit 0'; true
s337: s168
	@sh -c 'exit 0'; true
s338: s168
	@sh -c 'exit 0'; true
s339: s169
	@sh -c 'exit 0'; true
s340: s169
	@sh -c 'exit 0'; true
s341: s170
	@sh -c 'exit 0'; true
s342: s170
	@sh -c 'exit 0'; true
s343: s171
	@sh -c 'exit 0'; true
s344: s171
	@sh -c 'exit 0'; true
s345: s172
	@sh -c 'exit 0'; true
s346: s172
	@sh -c 'exit 0'; true
s347: s173
	@sh -c 'exit 0'; true
s348: s173
	@sh -c 'exit 0'; true
s349: s174
	@sh -c 'exit 0'; true
s350: s174
	@sh -c 'exit 0'; true
s351: s175
	@sh -c 'exit 0'; true
s352: s175
	@sh -c 'exit 0'; true
s353: s176
	@sh -c 'exit 0'; true
s354: s176
	@sh -c 'exit 0'; true
s355: s177
	@sh -c 'exit 0'; true
s356: s177
	@sh -c 'exit 0'; true
s357: s178
	@sh -c 'exit 0'; true
s358: s178
	@sh -c 'exit 0'; true
s359: s179
	@sh -c 'exit 0'; true
s360: s179
	@sh -c 'exit 0'; true
s361: s180
	@sh -c 'exit 0'; true
s362: s180
	@sh -c 'exit 0'; true
s363: s181
	@sh -c 'exit 0'; true
s364: s181
	@sh -c 'exit 0'; true
s365: s182
	@sh -c 'exit 0'; true
s366: s182
	@sh -c 'exit 0'; true
s367: s183
	@sh -c 'exit 0'; true
s368: s183
	@sh -c 'exit 0'; true
s369: s184
	@sh -c 'exit 0'; true
s370: s184
	@sh -c 'exit 0'; true
s371: s185
	@sh -c 'exit 0'; true
s372: s185
	@sh -c 'exit 0'; true
s373: s186
	@sh -c 'exit 0'; true
s374: s186
	@sh -c 'exit 0'; true
s375: s187
	@sh -c 'exit 0'; true
s376: s187
	@sh -c 'exit 0'; true
s377: s188
	@sh -c 'exit 0'; true
s378: s188
	@sh -c 'exit 0'; true
s379: s189
	@sh -c 'exit 0'; true
s380: s189
	@sh -c 'exit 0'; true
s381: s190
	@sh -c 'exit 0'; true
s382: s190
	@sh -c 'exit 0'; true
s383: s191
	@sh -c 'exit 0'; true
s384: s191
	@sh -c 'exit 0'; true
s385: s192
	@sh -c 'exit 0'; true
s386: s192
	@sh -c 'exit 0'; true
s387: s193
	@sh -c 'exit 0'; true
s388: s193
	@sh -c 'exit 0'; true
s389: s194
	@sh -c 'exit 0'; true
s390: s194
	@sh -c 'exit 0'; true
s391: s195
	@sh -c 'exit 0'; true
s392: s195
	@sh -c 'exit 0'; true
s393: s196
	@sh -c 'exit 0'; true
s394: s196
	@sh -c 'exit 0'; true
s395: s197
	@sh -c 'exit 0'; true
s396: s197
	@sh -c 'exit 0'; true
s397: s198
	@sh -c 'exit 0'; true
s398: s198
	@sh -c 'exit 0'; true
s399: s199
	@sh -c 'exit 0'; true
s400: s199
	@sh -c 'exit 0'; true
s401: s200
	@sh -c 'exit 0'; true
s402: s200
	@sh -c 'exit 0'; true
s403: s201
	@sh -c 'exit 0'; true
s404: s201
	@sh -c 'exit 0'; true
s405: s202
	@sh -c 'exit 0'; true
s406: s202
	@sh -c 'exit 0'; true
s407: s203
	@sh -c 'exit 0'; true
s408: s203
	@sh -c 'exit 0'; true
s409: s204
	@sh -c 'exit 0'; true
s410: s204
	@sh -c 'exit 0'; true
s411: s205
	@sh -c 'exit 0'; true
s412: s205
	@sh -c 'exit 0'; true
s413: s206
	@sh -c 'exit 0'; true
s414: s206
	@sh -c 'exit 0'; true
s415: s207
	@sh -c 'exit 0'; true
s416: s207
	@sh -c 'exit 0'; true
s417: s208
	@sh -c 'exit 0'; true
s418: s208
	@sh -c 'exit 0'; true
s419: s209
	@sh -c 'exit 0'; true
s420: s209
	@sh -c 'exit 0'; true
s421: s210
	@sh -c 'exit 0'; true
s422: s210
	@sh -c 'exit 0'; true
s423: s211
	@sh -c 'exit 0'; true
s424: s211
	@sh -c 'exit 0'; true
s425: s212
	@sh -c 'exit 0'; true
s426: s212
	@sh -c 'exit 0'; true
s427: s213
	@sh -c 'exit 0'; true
s428: s213
	@sh -c 'exit 0'; true
s429: s214
	@sh -c 'exit 0'; true
s430: s214
	@sh -c 'exit 0'; true
s431: s215
	@sh -c 'exit 0'; true
s432: s215
	@sh -c 'exit 0'; true
s433: s216
	@sh -c 'exit 0'; true
s434: s216
	@sh -c 'exit 0'; true
s435: s217
	@sh -c 'exit 0'; true
s436: s217
	@sh -c 'exit 0'; true
s437: s218
	@sh -c 'exit 0'; true
s438: s218
	@sh -c 'exit 0'; true
s439: s219
	@sh -c 'exit 0'; true
s440: s219
	@sh -c 'exit 0'; true
s441: s220
	@sh -c 'exit 0'; true
s442: s220
	@sh -c 'exit 0'; true
s443: s221
	@sh -c 'exit 0'; true
s444: s221
	@sh -c 'exit 0'; true
s445: s222
	@sh -c 'exit 0'; true
s446: s222
	@sh -c 'exit 0'; true
s447: s223
	@sh -c 'exit 0'; true
s448: s223
	@sh -c 'exit 0'; true
s449: s224
	@sh -c 'exit 0'; true
s450: s224
	@sh -c 'exit 0'; true
s451: s225
	@sh -c 'exit 0'; true
s452: s225
	@sh -c 'exit 0'; true
s453: s226
	@sh -c 'exit 0'; true
s454: s226
	@sh -c 'exit 0'; true
s455: s227
	@sh -c 'exit 0'; true
s456: s227
	@sh -c 'exit 0'; true
s457: s228
	@sh -c 'exit 0'; true
s458: s228
	@sh -c 'exit 0'; true
s459: s229
	@sh -c 'exit 0'; true
s460: s229
	@sh -c 'exit 0'; true
s461: s230
	@sh -c 'exit 0'; true
s462: s230
	@sh -c 'exit 0'; true
s463: s231
	@sh -c 'exit 0'; true
s464: s231
	@sh -c 'exit 0'; true
s465: s232
	@sh -c 'exit 0'; true
s466: s232
	@sh -c 'exit 0'; true
s467: s233
	@sh -c 'exit 0'; true
s468: s233
	@sh -c 'exit 0'; true
s469: s234
	@sh -c 'exit 0'; true
s470: s234
	@sh -c 'exit 0'; true
s471: s235
	@sh -c 'exit 0'; true
s472: s235
	@sh -c 'exit 0'; true
s473: s236
	@sh -c 'exit 0'; true
s474: s236
	@sh -c 'exit 0'; true
s475: s237
	@sh -c 'exit 0'; true
s476: s237
	@sh -c 'exit 0'; true
s477: s238
	@sh -c 'exit 0'; true
s478: s238
	@sh -c 'exit 0'; true
s479: s239
	@sh -c 'exit 0'; true
s480: s239
	@sh -c 'exit 0'; true
s481: s240
	@sh -c 'exit 0'; true
s482: s240
	@sh -c 'exit 0'; true
s483: s241
	@sh -c 'exit 0'; true
s484: s241
	@sh -c 'exit 0'; true
s485: s242
	@sh -c 'exit 0'; true
s486: s242
	@sh -c 'exit 0'; true
s487: s243
	@sh -c 'exit 0'; true
s488: s243
	@sh -c 'exit 0'; true
s489: s244
	@sh -c 'exit 0'; true
s490: s244
	@sh -c 'exit 0'; true
s491: s245
	@sh -c 'exit 0'; true
s492: s245
	@sh -c 'exit 0'; true
s493: s246
	@sh -c 'exit 0'; true
s494: s246
	@sh -c 'exit 0'; true
s495: s247
	@sh -c 'exit 0'; true
s496: s247
	@sh -c 'exit 0'; true
s497: s248
	@sh -c 'exit 0'; true
s498: s248
	@sh -c 'exit 0'; true
s499: s249
	@sh -c 'exit 0'; true
